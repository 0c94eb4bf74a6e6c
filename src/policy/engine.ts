import type { ClusterSnapshot } from '../model/snapshot.ts';
import { type CompiledPolicies, gapsOf, PolicyCompiler } from './compile/compile.ts';
import { Compiler } from './compile/compiler.ts';
import { AllPairs } from './connectivity.ts';
import { finish, PairCounter, type Steps } from './counts.ts';
import { Endpoints } from './endpoints.ts';
import { coverageOf } from './coverage.ts';
import { Explainer } from './explain.ts';
import { exposures } from './exposure.ts';
import { Outcomes } from './outcomes.ts';
import { PacketSets } from './packets.ts';
import { difference, Reach } from './reach.ts';
import { selectedByOf, selectionOf } from './selection.ts';
import { ambiguities, tiersOf } from './tiers.ts';
import type {
  Connectivity,
  Coverage,
  EngineOptions,
  Explanation,
  Exposure,
  Incompleteness,
  PolicyEngine,
  PodRef,
  PolicyRef,
  Question,
  RunOptions,
  SelectedBy,
  Selection,
  UpdateOptions,
  Verdict,
} from './types.ts';
import { VocabularyUse } from './vocabularyUse.ts';
import { vocabularyOf, World } from './world.ts';
import { isFinished } from './workloads.ts';

/** What engines of successive snapshots share. */
interface Workshop {
  readonly sets: PacketSets;
  readonly outcomes: Outcomes;
  readonly compiler: Compiler;
  readonly policyCompiler: PolicyCompiler;
}

/** Builds the reachability engine of a snapshot. Never throws for what the snapshot contains. */
export function buildEngine(snapshot: ClusterSnapshot, options: EngineOptions = {}): PolicyEngine {
  const ipBlockMatchesPods = options.ipBlockMatchesPods ?? true;
  const complete: Required<EngineOptions> = {
    ipBlockMatchesPods,
    baseline: options.baseline ?? 'per-direction',
    hostNetworkPods: options.hostNetworkPods ?? (ipBlockMatchesPods ? 'undefined' : 'as-pods'),
  };
  const sets = new PacketSets();
  const compiler = new Compiler(sets);
  return Engine.of(snapshot, complete, {
    sets,
    outcomes: new Outcomes(sets),
    compiler,
    policyCompiler: new PolicyCompiler(compiler, ipBlockMatchesPods),
  });
}

/** What an engine is made of. */
interface Parts {
  readonly compiled: CompiledPolicies;
  readonly reach: Reach;
}

class Engine implements PolicyEngine {
  readonly snapshot: ClusterSnapshot;
  readonly options: Required<EngineOptions>;
  readonly #workshop: Workshop;
  readonly #compiled: CompiledPolicies;
  readonly #reach: Reach;
  readonly #endpoints: Endpoints;
  /** Made at the first update. */
  #use: VocabularyUse | undefined;
  /** The counts of the engine that this one is an update of, until its own are asked for. */
  #before: PairCounter | undefined;
  #incomplete: readonly Incompleteness[] | undefined;
  #explainer: Explainer | undefined;
  #counter: PairCounter | undefined;
  #coverage: Coverage | undefined;
  readonly #pairs: { workload?: AllPairs; pod?: AllPairs } = {};

  constructor(
    snapshot: ClusterSnapshot,
    options: Required<EngineOptions>,
    workshop: Workshop,
    { compiled, reach }: Parts,
  ) {
    this.snapshot = snapshot;
    this.options = options;
    this.#workshop = workshop;
    this.#compiled = compiled;
    this.#reach = reach;
    this.#endpoints = new Endpoints(reach.world, options.hostNetworkPods);
  }

  static of(snapshot: ClusterSnapshot, options: Required<EngineOptions>, workshop: Workshop): Engine {
    const compiled = workshop.policyCompiler.all(snapshot);
    const { policies } = compiled;
    const tiers = tiersOf(compiled.tiers, policies, compiled.calico);
    const vocabulary = vocabularyOf(policies, compiled.addresses, snapshot.table('calicoHostEndpoints').size > 0);
    const world = World.of(snapshot, vocabulary, options.hostNetworkPods);
    const reach = Reach.of(world, workshop.outcomes, tiers, policies, options);
    return new Engine(snapshot, options, workshop, { compiled, reach });
  }

  get incomplete(): readonly Incompleteness[] {
    return (this.#incomplete ??= [
      ...this.#compiled.problems,
      ...missingTiers(this.#reach),
      ...gapsOf(this.snapshot),
      ...ambiguities(this.#reach.policies.filter(({ family }) => family === 'admin')),
    ]);
  }

  get policies(): readonly PolicyRef[] {
    return this.#reach.policies.map(({ ref }) => ref);
  }

  connectivityNow(view: { readonly by: 'workload' | 'pod' } = { by: 'workload' }): Connectivity {
    return this.#allPairs(view.by);
  }

  #allPairs(by: 'workload' | 'pod'): AllPairs {
    return (this.#pairs[by] ??= new AllPairs(
      by,
      this.#reach,
      this.#endpoints,
      () => (this.#counter ??= finish(this.#count())).counts,
    ));
  }

  async connectivity(view?: { readonly by: 'workload' | 'pod' }, run: RunOptions = {}): Promise<Connectivity> {
    this.#counter ??= await drive(this.#count(), run);
    return this.connectivityNow(view);
  }

  explain(question: Question): Explanation {
    return (this.#explainer ??= new Explainer(this.#reach, this.#endpoints)).explain(question);
  }

  verdict(question: Question): Verdict {
    return this.explain(question).verdict;
  }

  selects(wanted: Pick<PolicyRef, 'table' | 'namespace' | 'name'>): Selection | undefined {
    const policy = this.#reach.policies.find(
      ({ ref }) => ref.name === wanted.name && ref.namespace === wanted.namespace && ref.table === wanted.table,
    );
    return policy === undefined ? undefined : selectionOf(this.#reach, policy);
  }

  selectedBy({ namespace, name }: PodRef): SelectedBy | undefined {
    const { world } = this.#reach;
    const pod = world.pod(namespace, name);
    return pod === undefined || isFinished(pod) ? undefined : selectedByOf(this.#reach, pod);
  }

  async exposure(run: RunOptions = {}): Promise<readonly Exposure[]> {
    return drive(exposures(this.#reach, this.#allPairs('workload').podNodes), run);
  }

  async coverage(run: RunOptions = {}): Promise<Coverage> {
    return (this.#coverage ??= await drive(coverageOf(this.#reach), run));
  }

  update(next: ClusterSnapshot, { mayBeFiner = false }: UpdateOptions = {}): PolicyEngine {
    const workshop = this.#workshop;
    // Numbers of policies are kept small, and what was interned for policies long gone is let go.
    if (workshop.compiler.policyCount > 2_000_000) return buildEngine(next, this.options);
    const compiled = workshop.policyCompiler.all(next);
    const { policies, addresses } = compiled;
    const old = this.#compiled;
    const { removed, added } = difference(old.policies, policies);
    const hostEndpoints = next.table('calicoHostEndpoints') === this.snapshot.table('calicoHostEndpoints');
    const sameSets =
      addresses.length === old.addresses.length && addresses.every((set, index) => set === old.addresses[index]);
    const edit = hostEndpoints && sameSets ? this.#vocabularyUse().after(removed, added, mayBeFiner) : undefined;
    const world = edit === undefined ? undefined : this.#reach.world.next(next, edit.flipped);
    if (world === undefined) return Engine.of(next, this.options, workshop);
    const tiers = tiersOf(compiled.tiers, policies, compiled.calico);
    const kept = this.#reach.next(world, tiers, policies);
    const reach = kept ?? Reach.of(world, workshop.outcomes, tiers, policies, this.options);
    const engine = new Engine(next, this.options, workshop, { compiled, reach });
    engine.#use = edit?.use;
    if (kept !== undefined) engine.#before = this.#counter ?? this.#before;
    return engine;
  }

  #vocabularyUse(): VocabularyUse {
    return (this.#use ??= VocabularyUse.of(this.#compiled.policies));
  }

  *#count(): Steps<PairCounter> {
    const carried = this.#before?.next(this.#reach);
    this.#before = undefined;
    return carried ?? (yield* PairCounter.count(this.#reach));
  }
}

/** Policies of tiers that are not there: Calico refuses or holds back such policies, depending on its version. */
function missingTiers({ tiers, policies }: Reach): readonly Incompleteness[] {
  const missing = new Set(tiers.filter((tier) => tier.missing).map(({ name }) => name));
  if (missing.size === 0) return [];
  return policies
    .filter(({ tier }) => missing.has(tier))
    .map(({ tier, ref }) => ({
      kind: 'invalid-policy',
      policy: ref,
      path: 'spec.tier',
      text: `there is no tier ${tier}; what the policy does is not known`,
    }));
}

/** Runs steps in slices of a few milliseconds, so that whoever shares the thread may work in between. */
async function drive<T>(steps: Steps<T>, { signal, progress }: RunOptions): Promise<T> {
  let slice = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - slice > 20) {
      progress?.(step.value.done, step.value.total, step.value.what);
      await new Promise((resolve) => setTimeout(resolve, 0));
      slice = performance.now();
    }
  }
}

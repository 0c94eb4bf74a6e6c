import type { ClusterSnapshot } from '../model/snapshot.ts';
import { PolicyCompiler, gapsOf } from './compile/compile.ts';
import { Compiler } from './compile/compiler.ts';
import { AllPairs } from './connectivity.ts';
import { finish, PairCounter, type Steps } from './counts.ts';
import { Endpoints } from './endpoints.ts';
import { coverageOf } from './coverage.ts';
import { Explainer } from './explain.ts';
import { exposures } from './exposure.ts';
import { Outcomes } from './outcomes.ts';
import { PacketSets } from './packets.ts';
import { Reach } from './reach.ts';
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
  Verdict,
} from './types.ts';
import { vocabularyOf, World } from './world.ts';
import { isFinished, Owners } from './workloads.ts';

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
  return new Engine(snapshot, complete, {
    sets,
    outcomes: new Outcomes(sets),
    compiler,
    policyCompiler: new PolicyCompiler(compiler, ipBlockMatchesPods),
  });
}

class Engine implements PolicyEngine {
  readonly snapshot: ClusterSnapshot;
  readonly options: Required<EngineOptions>;
  readonly #workshop: Workshop;
  readonly #reach: Reach;
  readonly #endpoints: Endpoints;
  readonly #problems: readonly Incompleteness[];
  #incomplete: readonly Incompleteness[] | undefined;
  #explainer: Explainer | undefined;
  #counter: PairCounter | undefined;
  #coverage: Coverage | undefined;
  readonly #pairs: { workload?: AllPairs; pod?: AllPairs } = {};

  constructor(snapshot: ClusterSnapshot, options: Required<EngineOptions>, workshop: Workshop) {
    this.snapshot = snapshot;
    this.options = options;
    this.#workshop = workshop;
    const { policies, problems, tiers: defined, addresses, calico } = workshop.policyCompiler.all(snapshot);
    const tiers = tiersOf(defined, policies, calico);
    const vocabulary = vocabularyOf(policies, addresses, snapshot.table('calicoHostEndpoints').size > 0);
    const world = new World(snapshot, vocabulary, options.hostNetworkPods);
    this.#reach = new Reach(world, workshop.outcomes, tiers, policies, options);
    this.#endpoints = new Endpoints(world, new Owners(snapshot), options.hostNetworkPods);
    this.#problems = problems;
  }

  get incomplete(): readonly Incompleteness[] {
    return (this.#incomplete ??= [
      ...this.#problems,
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
      () => (this.#counter ??= finish(PairCounter.count(this.#reach))).counts,
    ));
  }

  async connectivity(view?: { readonly by: 'workload' | 'pod' }, run: RunOptions = {}): Promise<Connectivity> {
    this.#counter ??= await drive(PairCounter.count(this.#reach), run);
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
    const pod = world.pods[world.podIndex(namespace, name) ?? -1];
    return pod === undefined || isFinished(pod) ? undefined : selectedByOf(this.#reach, pod);
  }

  async exposure(run: RunOptions = {}): Promise<readonly Exposure[]> {
    return drive(exposures(this.#reach, this.#allPairs('workload').podNodes), run);
  }

  async coverage(run: RunOptions = {}): Promise<Coverage> {
    return (this.#coverage ??= await drive(coverageOf(this.#reach), run));
  }

  update(next: ClusterSnapshot): PolicyEngine {
    return new Engine(next, this.options, this.#workshop);
  }
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

/**
 * The ids that package.json contributes, each written once, with their types. A test holds this file against
 * package.json in both directions.
 */

export const commands = {
  connect: 'networkInspector.connect',
  retry: 'networkInspector.retry',
  disconnect: 'networkInspector.disconnect',
  refresh: 'networkInspector.refresh',
  refreshAll: 'networkInspector.refreshAll',
  setRefreshInterval: 'networkInspector.setRefreshInterval',
  filter: 'networkInspector.filter',
  clearFilter: 'networkInspector.clearFilter',
  showProblemsOnly: 'networkInspector.showProblemsOnly',
  showEverything: 'networkInspector.showEverything',
  addFavourite: 'networkInspector.addFavourite',
  removeFavourite: 'networkInspector.removeFavourite',
  hide: 'networkInspector.hide',
  unhide: 'networkInspector.unhide',
  showHidden: 'networkInspector.showHidden',
  leaveOutHidden: 'networkInspector.leaveOutHidden',
  groupByServer: 'networkInspector.groupByServer',
  ungroup: 'networkInspector.ungroup',
  openFolder: 'networkInspector.openFolder',
  closeFolder: 'networkInspector.closeFolder',
  copyName: 'networkInspector.copyName',
  copyAddress: 'networkInspector.copyAddress',
  copyKubectl: 'networkInspector.copyKubectl',
  why: 'networkInspector.why',
  openFile: 'networkInspector.openFile',
  openKubeconfig: 'networkInspector.openKubeconfig',
  runCredentialPlugin: 'networkInspector.runCredentialPlugin',
  showMore: 'networkInspector.showMore',
  openPod: 'networkInspector.openPod',
  checkNetwork: 'networkInspector.checkNetwork',
  choosePolicyCluster: 'networkInspector.choosePolicyCluster',
  listSelected: 'networkInspector.listSelected',
  showPolicyEffect: 'networkInspector.showPolicyEffect',
  explainPolicyPair: 'networkInspector.explainPolicyPair',
  comparePolicy: 'networkInspector.comparePolicy',
  openTerminal: 'networkInspector.openTerminal',
  runQuery: 'networkInspector.runQuery',
  describePod: 'networkInspector.describePod',
  followLogs: 'networkInspector.followLogs',
  openShell: 'networkInspector.openShell',
  debugContainer: 'networkInspector.debugContainer',
  forwardPort: 'networkInspector.forwardPort',
  portForwards: 'networkInspector.portForwards',
  previousLog: 'networkInspector.previousLog',
  showYaml: 'networkInspector.showYaml',
  showPodPolicies: 'networkInspector.showPodPolicies',
  restartPod: 'networkInspector.restartPod',
  deletePod: 'networkInspector.deletePod',
  restartWorkload: 'networkInspector.restartWorkload',
  showLog: 'networkInspector.showLog',
  openSettings: 'networkInspector.openSettings',
  openWalkthrough: 'networkInspector.openWalkthrough',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const viewContainers = { inspector: 'networkInspector' } as const;

export const views = { clusters: 'networkInspector.clusters' } as const;

export const terminalProfiles = { kubectl: 'networkInspector.kubectl' } as const;

/** Types of pages, by which the editor opens them again after a reload. */
export const webviews = {
  podDetails: 'networkInspector.podDetails',
  networkCheck: 'networkInspector.networkCheck',
} as const;

export const walkthroughs = { start: 'start' } as const;

/** Keys of `when` clauses, with the type of their value. */
export interface ContextKeys {
  /** What the Clusters view has to show, which chooses its welcome text. */
  'networkInspector.clusters.content': 'loading' | 'none' | 'hidden' | 'filtered' | 'some';
  'networkInspector.clusters.filtered': boolean;
  'networkInspector.clusters.problemsOnly': boolean;
  'networkInspector.clusters.showHidden': boolean;
  'networkInspector.clusters.grouped': boolean;
}

export const contextKeys: { readonly [K in keyof ContextKeys]: K } = {
  'networkInspector.clusters.content': 'networkInspector.clusters.content',
  'networkInspector.clusters.filtered': 'networkInspector.clusters.filtered',
  'networkInspector.clusters.problemsOnly': 'networkInspector.clusters.problemsOnly',
  'networkInspector.clusters.showHidden': 'networkInspector.clusters.showHidden',
  'networkInspector.clusters.grouped': 'networkInspector.clusters.grouped',
};

/** What a setting holds when nobody has set it. package.json says the same. */
export const settingDefaults = {
  'networkInspector.kubeconfigs': [] as readonly string[],
  'networkInspector.folders': [] as readonly string[],
  'networkInspector.autoConnect': 'never' as 'never' | 'current' | 'recent',
  'networkInspector.refreshInterval': 0,
  'networkInspector.requestTimeout': 15,
  'networkInspector.credentialPluginTimeout': 60,
  'networkInspector.groupByServer': false,
  'networkInspector.kubectl.path': '',
  'networkInspector.policy.diagnostics': true,
  'networkInspector.policy.codeLens': true,
  'networkInspector.policy.hover': true,
  'networkInspector.policy.completion': true,
  'networkInspector.policy.inlayHints': false,
  'networkInspector.protectedContexts': [] as readonly string[],
  'networkInspector.debugImage': 'busybox:1.37',
  'networkInspector.writes.enabled': false,
};
export type Settings = typeof settingDefaults;
export type SettingId = keyof Settings;

export const settingSection = 'networkInspector';

import { TreeItem, TreeItemCollapsibleState, window } from 'vscode';

/**
 * Stands in for the Kubernetes extension, which is not fetched: its view, its pods with the same context value, and
 * nodes of the same shape, as its commands and those of other extensions get them. As in version 1.3.26: what a command
 * gets is the node of the view itself, a pod is `vsKubernetes.resource.pod`, and its metadata are its names.
 */
const category = 'kubernetes-explorer-node';

const resource = (kind, abbreviation, name, namespace) => ({
  nodeCategory: category,
  nodeType: 'resource',
  kind: { displayName: kind, pluralDisplayName: `${kind}s`, manifestKind: kind, abbreviation },
  id: name,
  name,
  namespace: namespace ?? null,
  kindName: `${abbreviation}/${name}`,
  metadata: { name, namespace },
});

export function activate() {
  // The test names the pod; what the extension itself would do is ask kubectl.
  const [namespace, name] = (process.env['NETWORK_INSPECTOR_TEST_POD'] ?? '/').split('/');
  const nodes = [resource('Pod', 'pod', name, namespace), resource('Service', 'service', 'kube-dns', namespace)];
  window.registerTreeDataProvider('extension.vsKubernetesExplorer', {
    getChildren: (node) => (node === undefined ? nodes : []),
    getTreeItem: (node) => {
      const item = new TreeItem(node.name, TreeItemCollapsibleState.None);
      item.contextValue = `vsKubernetes.resource.${node.kind.abbreviation}`;
      return item;
    },
  });
}

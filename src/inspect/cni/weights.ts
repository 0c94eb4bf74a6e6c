/** Points out of 100. An agent with its labels and containers is enough by itself; everything else only adds. */
export const weights = {
  agent: 60,
  /** Containers without the labels, as a chart that renames labels makes them. */
  containersOnly: 45,
  /** The labels without the containers. */
  labelsOnly: 20,
  image: 15,
  configMap: 10,
  apiGroup: 5,
  nodeAnnotation: 5,
  networkReason: 5,
};

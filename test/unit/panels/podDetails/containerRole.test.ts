import assert from 'node:assert/strict';
import { definitionOf } from '../../../../src/inspect/cni/catalogue.ts';
import { containerRole } from '../../../../src/panels/podDetails/containerRole.ts';

describe('the role of a container', () => {
  for (const [name, words] of [
    ['calico-node', /policy/],
    ['kube-flannel', /overlay/],
    ['install-cni', /CNI/],
    ['mount-bpffs', /BPF/],
    ['flexvol-driver', /./],
    ['cilium-agent', /policy/],
    ['aws-node', /addresses of the VPC/],
    ['aws-eks-nodeagent', /NetworkPolicy/],
    ['kindnet-cni', /routes/],
    ['antrea-agent', /policy/],
    ['antrea-ovs', /Open vSwitch/],
    ['ovnkube-node', /wires pods/],
    ['kube-router', /policy/],
    ['weave-npc', /NetworkPolicy/],
    ['kube-proxy', /services/],
    ['coredns', /DNS/],
  ] as const)
    it(`of ${name} is said in words`, () => {
      assert.match(containerRole(name) ?? '', words);
    });

  it('is said for a common name only in the pod of an agent that has it', () => {
    assert.equal(containerRole('weave'), undefined);
    assert.match(containerRole('weave', definitionOf('weave')) ?? '', /overlay/);
    assert.match(containerRole('config', definitionOf('cilium')) ?? '', /configuration/);
  });

  it('is not made up for a name that means nothing, or that an object has by itself', () => {
    for (const name of ['web', 'config', 'constructor', '__proto__', '']) assert.equal(containerRole(name), undefined);
  });
});

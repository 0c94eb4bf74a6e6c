import { strict as assert } from 'node:assert';
import { readConfigurationSecret } from '../../../src/model/objects.ts';

describe('a Secret', () => {
  const encode = (text: string): string => Buffer.from(text).toString('base64');

  it('is read for flannel’s configuration alone', () => {
    const { data } = readConfigurationSecret({
      metadata: { name: 'rke2-canal-config' },
      data: { 'net-conf.json': encode('{"Network":"10.42.0.0/16"} – ü'), token: encode('hunter2') },
      stringData: { veth_mtu: '1450', password: 'hunter2' },
    });
    assert.deepEqual(data, { 'net-conf.json': '{"Network":"10.42.0.0/16"} – ü', veth_mtu: '1450' });
  });

  it('leaves nothing of itself in what kubectl has noted beside it', () => {
    const noted = JSON.stringify({ data: { token: encode('hunter2') } });
    const read = readConfigurationSecret({
      metadata: { name: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': noted } },
    });
    assert.ok(!JSON.stringify(read).includes(encode('hunter2')));
  });

  it('survives what is not base64', () => {
    assert.deepEqual(readConfigurationSecret({ data: { 'net-conf.json': '§' } }).data, {});
  });
});

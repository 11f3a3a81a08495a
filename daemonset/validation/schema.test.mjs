// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {overlays, policies} from './manifests.mjs';
import {only, parse} from './objects.mjs';
import {problems} from './schema.mjs';

for (const {name, objects} of [...overlays, ...policies]) {
  test(`${name} keeps to the schemas of Kubernetes`, async () => {
    assert.deepEqual(await problems(objects), []);
  });
}

test('the NetworkPolicy of README.md keeps to its schema', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, policy] = readme.match(/^```yaml\n(apiVersion: networking[^]*?)^```/m);
  assert.deepEqual(await problems(parse(policy)), []);
});

const daemonSet = only(overlays[0].objects, 'DaemonSet');
for (const [name, harm] of [
  ['a field that does not exist', (it) => (it.spec.template.spec.nodeSelectors = {})],
  ['a field that is missing', (it) => delete it.spec.selector],
  ['a field of another type', (it) => (it.spec.template.spec.enableServiceLinks = 'false')],
  ['a value that is not among the choices', (it) => (it.spec.updateStrategy.type = 'Rolling')],
]) {
  test(`the check finds ${name}`, async () => {
    const harmed = structuredClone(daemonSet);
    harm(harmed);
    assert.notDeepEqual(await problems([harmed]), []);
  });
}

for (const [overlay, type, part, but] of [
  ['overlays/enforce', 'NodeStatus', 'status', 'conditions'],
  ['overlays/taint', 'NodeSpec', 'spec', 'taints'],
]) {
  test(`${overlay}: the policy on the own node names every field of a ${part} but the ${but}`, () => {
    const url = import.meta.resolve(`kubernetes-models/v1/${type}`);
    const text = readFileSync(new URL(url.replace(/\.js$/, '.d.ts')), 'utf8');
    const declared = text.slice(text.indexOf(`interface I${type}`), text.indexOf('declare class'));
    const fields = [...declared.matchAll(/^ {4}"(\w+)"\??:/gm)].map((match) => match[1]);
    const {objects} = overlays.find((it) => it.name === overlay);
    const policy = only(objects, 'ValidatingAdmissionPolicy');
    const expressions = policy.spec.validations.map((validation) => validation.expression).join();
    assert.ok(fields.includes(but));
    assert.deepEqual(
      fields.filter((field) => !expressions.includes(`object.${part}.?${field} == oldObject.${part}.?${field}`)),
      [but],
    );
  });
}

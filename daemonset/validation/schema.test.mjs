// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {overlays, policies} from './manifests.mjs';
import {only} from './objects.mjs';
import {problems} from './schema.mjs';

for (const {name, objects} of [...overlays, ...policies]) {
  test(`${name} keeps to the schemas of Kubernetes`, async () => {
    assert.deepEqual(await problems(objects), []);
  });
}

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

test('the policy on the own node names every field of a status but the conditions', () => {
  const url = import.meta.resolve('kubernetes-models/v1/NodeStatus');
  const text = readFileSync(new URL(url.replace(/\.js$/, '.d.ts')), 'utf8');
  const declared = text.slice(text.indexOf('interface INodeStatus'), text.indexOf('declare class'));
  const fields = [...declared.matchAll(/^ {4}"(\w+)"\??:/gm)].map((match) => match[1]);
  const policy = only(overlays[0].objects, 'ValidatingAdmissionPolicy');
  const expressions = policy.spec.validations.map((validation) => validation.expression).join();
  assert.ok(fields.includes('addresses'));
  assert.deepEqual(
    fields.filter((field) => !expressions.includes(`object.status.?${field} == oldObject.status.?${field}`)),
    ['conditions'],
  );
});

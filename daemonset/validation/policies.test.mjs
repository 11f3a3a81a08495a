// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {refusals} from './admission.mjs';
import {overlays, policies} from './manifests.mjs';
import {only} from './objects.mjs';

const OWN = 'system:serviceaccount:kube-system:kernelgate';
const NODE_NAME = 'authentication.kubernetes.io/node-name';

describe('an agent and the status of nodes', () => {
  const policy = only(overlays[0].objects, 'ValidatingAdmissionPolicy');
  const before = {
    metadata: {name: 'node-1', labels: {runtime: 'edera'}},
    spec: {},
    status: {
      addresses: [{type: 'InternalIP', address: '192.0.2.1'}],
      allocatable: {cpu: '4'},
      conditions: [{type: 'Ready', status: 'True'}],
    },
  };
  const patch = (harm = () => {}, changes = {}) => {
    const object = structuredClone(before);
    object.status.conditions.push({type: 'ZoneKernelsVerified', status: 'False'});
    harm(object);
    const request = {
      name: 'node-1',
      subResource: 'status',
      userInfo: {username: OWN, extra: {[NODE_NAME]: ['node-1']}},
      ...changes,
    };
    if (request.subResource === undefined) {
      delete request.subResource; // as in a request on the node itself; CEL knows "absent" only
    }
    return refusals(policy, {object, oldObject: before, request});
  };
  const user = (extra, username = OWN) => ({userInfo: {username, ...extra}});

  for (const {name, harm, changes} of [
    {name: 'adds its condition'},
    {name: 'adds both conditions', harm: (it) => it.status.conditions.push({type: 'ZoneKernelGate', status: 'True'})},
    {
      name: 'is somebody else, whom this policy does not concern',
      harm: (it) => (it.status.addresses = []),
      changes: user({}, 'system:node:node-1'),
    },
  ]) {
    test(`may pass: it ${name}`, () => assert.deepEqual(patch(harm, changes), []));
  }

  for (const {name, harm, changes, message} of [
    {
      name: 'patches another node',
      changes: user({extra: {[NODE_NAME]: ['node-2']}}),
      message: 'kernelgate changes only the node that it runs on',
    },
    {
      name: 'has a token of no node',
      changes: user({extra: {}}),
      message: 'kernelgate changes only the node that it runs on',
    },
    {name: 'has no extra fields', changes: user({}), message: 'kernelgate changes only the node that it runs on'},
    {
      name: 'has a token of two nodes',
      changes: user({extra: {[NODE_NAME]: ['node-1', 'node-2']}}),
      message: 'kernelgate changes only the node that it runs on',
    },
    {
      name: 'patches the node itself',
      changes: {subResource: undefined},
      message: 'kernelgate changes the status of its node and nothing else of it',
    },
    {
      name: 'changes a condition of the kubelet',
      harm: (it) => (it.status.conditions[0].status = 'False'),
      message: 'kernelgate changes only the conditions ZoneKernelsVerified and ZoneKernelGate',
    },
    {
      name: 'removes a condition of the kubelet',
      harm: (it) => it.status.conditions.shift(),
      message: 'kernelgate changes only the conditions ZoneKernelsVerified and ZoneKernelGate',
    },
    {
      name: 'moves the node to another address',
      harm: (it) => (it.status.addresses[0].address = '198.51.100.1'),
      message: 'kernelgate changes nothing of the status but its conditions',
    },
    {
      name: 'invents capacity',
      harm: (it) => (it.status.capacity = {cpu: '400'}),
      message: 'kernelgate changes nothing of the status but its conditions',
    },
    {
      name: 'takes the label away',
      harm: (it) => delete it.metadata.labels,
      message: 'kernelgate changes no labels, annotations, finalizers or owners',
    },
  ]) {
    test(`is refused: it ${name}`, () => {
      assert.deepEqual(patch(harm, changes), [message]);
    });
  }
});

describe('an agent and the taints of nodes', () => {
  const {objects} = overlays.find((it) => it.name === 'overlays/taint');
  const policy = only(objects, 'ValidatingAdmissionPolicy');
  const theirs = {key: 'example.org/gpu', effect: 'NoSchedule'};
  const ours = {key: 'dev.edera.kernelgate/kernels-rejected', effect: 'NoSchedule'};
  const refused = 'kernelgate changes the status of its node, one taint of its own, and nothing else of it';
  const node = (spec) => ({metadata: {name: 'node-1'}, spec, status: {}});
  const change = (from, to, of = 'node-1') =>
    refusals(policy, {
      object: node(to),
      oldObject: node(from),
      request: {name: 'node-1', userInfo: {username: OWN, extra: {[NODE_NAME]: [of]}}},
    });

  test('may pass: it sets its own', () => assert.deepEqual(change({}, {taints: [ours]}), []));
  test('may pass: it sets its own beside others', () =>
    assert.deepEqual(change({taints: [theirs]}, {taints: [theirs, ours]}), []));
  test('may pass: it removes its own', () => assert.deepEqual(change({taints: [ours, theirs]}, {taints: [theirs]}), []));
  for (const [name, from, to] of [
    ['removes another', {taints: [theirs]}, {taints: [ours]}],
    ['sets another', {}, {taints: [theirs]}],
    ['changes another', {taints: [theirs]}, {taints: [{...theirs, effect: 'NoExecute'}]}],
    ['makes the node unschedulable', {}, {unschedulable: true}],
    ['gives the node other addresses of pods', {podCIDR: '192.0.2.0/25'}, {podCIDR: '192.0.2.128/25'}],
  ]) {
    test(`is refused: it ${name}`, () => assert.deepEqual(change(from, to), [refused]));
  }
  test('is refused: it is the agent of another node', () =>
    assert.deepEqual(change({}, {taints: [ours]}, 'node-2'), ['kernelgate changes only the node that it runs on']));
});

const PINNED = `ghcr.io/edera-dev/zone-kernel:6.18@sha256:${'ab'.repeat(32)}`;
const NOT_PINNED =
  'dev.edera/kernel has to end in @sha256: and the digest of the kernel; a tag can be moved after it was looked at';
const BOTH = 'a pod has either dev.edera/kernel or dev.edera/kernel-variant; which of both would boot is not defined';

for (const [name, kind] of [
  ['policies/kubernetes', 'ValidatingAdmissionPolicy'],
  ['policies/kyverno', 'ValidatingPolicy'],
]) {
  describe(`${name}: pinned kernels`, () => {
    const policy = only(policies.find((it) => it.name === name).objects, kind);
    const pod = (annotations) => ({metadata: annotations ? {annotations} : {}});
    const kernel = (reference) => pod({'dev.edera/kernel': reference});

    for (const it of [
      {name: 'no annotations', object: pod()},
      {name: 'other annotations', object: pod({a: 'b'})},
      {name: 'a digest', object: kernel(`ghcr.io/edera-dev/zone-kernel@sha256:${'0'.repeat(64)}`)},
      {name: 'a tag and a digest', object: kernel(PINNED)},
      {name: 'a port', object: kernel(`registry.example:5000/k@sha256:${'0'.repeat(64)}`)},
      {name: 'a variant', object: pod({'dev.edera/kernel-variant': 'stable'})},
      {name: 'a tag that it had before', object: kernel('zone-kernel:1'), oldObject: kernel('zone-kernel:1')},
    ]) {
      test(`lets pass: ${it.name}`, () => assert.deepEqual(refusals(policy, it), []));
    }

    for (const it of [
      {name: 'a tag', object: kernel('ghcr.io/edera-dev/zone-kernel:6.18')},
      {name: 'nothing', object: kernel('')},
      {name: 'a digest that is too short', object: kernel('zone-kernel@sha256:abcd')},
      {name: 'a digest in upper case', object: kernel(PINNED.toUpperCase())},
      {name: 'text behind the digest', object: kernel(`${PINNED}:latest`)},
      {name: 'a line break', object: kernel(`zone-kernel\n${PINNED}`)},
      {name: 'a second at sign', object: kernel(`a@${PINNED}`)},
      {name: 'another tag than before', object: kernel('zone-kernel:2'), oldObject: kernel('zone-kernel:1')},
      {name: 'a tag where a digest was', object: kernel('zone-kernel:2'), oldObject: kernel(PINNED)},
    ]) {
      test(`refuses: ${it.name}`, () => assert.deepEqual(refusals(policy, it), [NOT_PINNED]));
    }

    test('refuses an image and a variant together', () => {
      const object = pod({'dev.edera/kernel': PINNED, 'dev.edera/kernel-variant': 'stable'});
      assert.deepEqual(refusals(policy, {object}), [BOTH]);
    });
  });
}

test('both pinning policies say the same', () => {
  const [first, second] = policies.map((it) => it.objects.find((object) => object.spec.validations).spec);
  assert.deepEqual(first.variables, second.variables);
  assert.deepEqual(
    first.validations.map(({reason, ...rest}) => rest),
    second.validations.map(({reason, ...rest}) => rest),
  );
});

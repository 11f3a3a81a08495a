#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Stands in for kubectl and the API server behind it, as far as verify.sh uses them: rights by the roles, and
// admission by the policies that were applied, with the CEL of admission.mjs. Renders with the real kubectl.
// STATE: a folder to remember in. HARM: what this cluster does wrong, with commas between.
import {execFileSync} from 'node:child_process';
import {appendFileSync, existsSync, readFileSync, rmSync} from 'node:fs';
import {parse} from './objects.mjs';

const state = process.env.STATE;
const harms = (process.env.HARM ?? '').split(',');
const args = process.argv.slice(2);
const text = args.join(' ');
const option = (name) => args[args.indexOf(name) + 1];
const applied = () => (existsSync(`${state}/applied`) ? parse(readFileSync(`${state}/applied`, 'utf8')) : []);

function say(answer, status = 0) {
  process.stdout.write(answer);
  process.exit(status);
}

/** Ends with a refusal when the policy is there and has one. */
async function admit(name, request) {
  const policy = applied().find((it) => it.kind === 'ValidatingAdmissionPolicy' && it.metadata.name === name);
  if (policy && !harms.includes(name)) {
    const {refusals} = await import('./admission.mjs');
    for (const message of refusals(policy, request)) {
      process.stderr.write(`ValidatingAdmissionPolicy '${name}' denied request: ${message}\n`);
      process.exit(1);
    }
  }
}

/** The value at a path of names and [*], as jsonpath prints it. */
function at(object, path) {
  const steps = path.replace(/[{}]/g, '').split(/[.[]/).filter(Boolean);
  const below = (it, name) => (name === '*]' ? it : [it?.[name]]);
  const step = (values, name) => values.flatMap((it) => below(it, name)).filter((it) => it !== undefined);
  return steps.reduce(step, [object]).map((it) => (typeof it === 'object' ? JSON.stringify(it) : it)).join(' ');
}

function canI([verb, resource]) {
  const [name, ...group] = resource.split('.');
  const subresource = args.find((it) => it.startsWith('--subresource='))?.split('=')[1];
  const asked = {apiGroups: group.join('.'), resources: subresource ? `${name}/${subresource}` : name, verbs: verb};
  const rules = applied().find((it) => it.kind === 'ClusterRole' && it.metadata.name === 'kernelgate').rules;
  const grants = (rule) => Object.keys(asked).every((key) => rule[key].includes(asked[key]));
  return harms.includes('rights') || rules.some(grants);
}

async function patchNode() {
  const before = {metadata: {name: 'kernelgate-verify'}, spec: {}, status: {conditions: []}};
  const object = structuredClone(before);
  const {metadata, spec, status} = JSON.parse(option('-p'));
  Object.assign(object.metadata, metadata);
  Object.assign(object.spec, spec);
  Object.assign(object.status, status);
  const user = parse(readFileSync(option('--kubeconfig'), 'utf8'))[0].users[0].user;
  const request = {name: option('node'), userInfo: {username: user.as, extra: user['as-user-extra'] ?? {}}};
  if (text.includes('--subresource=status')) {
    request.subResource = 'status';
  }
  await admit('kernelgate-own-node-only', {object, oldObject: before, request});
}

if (args[0] === 'kustomize') {
  say(execFileSync(process.env.REAL_KUBECTL, args));
} else if (text === 'config current-context') {
  say('pretended\n');
} else if (args[0] === 'config') {
  say('apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    token: secret\n');
} else if (text.includes('get daemonset kernelgate')) {
  const found = applied().find((it) => it.kind === 'DaemonSet');
  say(found ? JSON.stringify(found.spec.template.spec) : '', found || harms.includes('in use') ? 0 : 1);
} else if (text.startsWith('apply --dry-run')) {
  process.exit(harms.includes('schema') ? 1 : 0);
} else if (args[0] === 'apply') {
  for (const file of args.filter((it, i) => args[i - 1] === '-f')) {
    appendFileSync(`${state}/applied`, `---\n${readFileSync(file, 'utf8')}`);
  }
} else if (args[0] === 'delete') {
  appendFileSync(`${state}/deleted`, `${text}\n`);
  rmSync(`${state}/applied`, {force: true});
} else if (args[0] === 'auth') {
  const yes = canI(args.slice(2));
  say(yes ? 'yes\n' : 'no\n', yes ? 0 : 1);
} else if (text.includes(' patch node ')) {
  await patchNode();
} else if (text.startsWith('create --dry-run=client')) {
  say(at(JSON.parse(readFileSync(option('-f'), 'utf8')), args.find((it) => it.startsWith('jsonpath=')).slice(9)));
} else if (args[0] === 'create') {
  const object = parse(readFileSync(0, 'utf8'))[0];
  if (object.kind === 'Pod') {
    await admit('zone-kernels-are-pinned', {object});
  }
  if (harms.includes('webhook') && object.spec) {
    object.spec.runtimeClassName = 'edera';
  }
  say(text.includes('-o json') ? JSON.stringify(object) : '');
} else if (text.includes('observedGeneration')) {
  say('1');
} else if (!text.startsWith('get ')) {
  process.stderr.write(`unexpected: kubectl ${text}\n`);
  process.exit(1);
}

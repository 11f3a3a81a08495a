// SPDX-License-Identifier: Apache-2.0
// The Helm chart gives what the kustomize overlays give.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, test} from 'node:test';
import {overlays} from './manifests.mjs';
import {parse} from './objects.mjs';

const daemonset = fileURLToPath(new URL('..', import.meta.url));
const jars = `${daemonset}target/helm`;
const java = process.env.KERNELGATE_JAVA ?? '';
const ready = existsSync(jars) && java !== '';
const skip = !ready && process.env.CI !== 'true' && 'there is no JDK or no Helm here: "mvn package" fetches it';

/** The values that make of the chart what an overlay makes of the base. */
const values = {
  'air-gapped': [`configuration=@${daemonset}overlays/air-gapped/kernelgate.yaml`, 'siteFiles=true'],
  alerts: ['alerts=true'],
  audit: ['mode=audit'],
  enforce: [],
  metrics: ['metrics=true'],
  'pull-secrets': ['registryCredentials=true'],
};

/** Overlays with other rights or another admission policy; those two the chart takes as they are. */
const kustomizeOnly = ['pod-pull-secrets', 'taint'];

const image = ['image.repository=ghcr.io/OWNER/kernelgate', `image.digest=sha256:${'0'.repeat(64)}`];

function template(namespace, settings) {
  const command = ['-cp', `${jars}/*`, `${daemonset}validation/HelmTemplate.java`, `${daemonset}chart`];
  return parse(
    execFileSync(java, [...command, namespace, ...settings], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']}),
  );
}

/** By kind and name; two tools, two orders. */
function byName(objects) {
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

describe('the chart', {skip}, () => {
  test('can be asked for every overlay', () => {
    const missing = readdirSync(`${daemonset}overlays`).filter((name) => !values[name]);
    assert.deepEqual(missing.filter((name) => !kustomizeOnly.includes(name)), []);
  });

  for (const {name, objects} of overlays.filter((it) => values[it.name.split('/')[1]])) {
    test(`equals ${name}`, () => {
      const chart = byName(template('kube-system', [...image, ...values[name.split('/')[1]]]));
      // Helm would delete it with the release before; kubectl apply does not delete.
      const configMap = Object.values(chart).find((object) => object.kind === 'ConfigMap');
      assert.deepEqual(configMap.metadata.annotations, {'helm.sh/resource-policy': 'keep'});
      delete configMap.metadata.annotations;
      assert.deepEqual(chart, byName(objects));
    });
  }

  for (const [name, namespace, settings, message] of [
    ['a tag', 'kube-system', ['image.repository=a', 'image.digest=latest'], /digest/],
    ['no image', 'kube-system', [], /digest/],
    ['another namespace', 'default', image, /has to be in kube-system/],
    ['a mode that does not exist', 'kube-system', [...image, 'mode=off'], /mode/],
    [
      'metrics that the configuration does not serve',
      'kube-system',
      [...image, 'metrics=true', `configuration=@${daemonset}base/kernelgate.yaml`],
      /metrics\.listen/,
    ],
    ['a value that does not exist', 'kube-system', [...image, 'nodeSelector=x'], /nodeSelector/],
  ]) {
    test(`refuses ${name}`, () => {
      assert.throws(() => template(namespace, settings), {stderr: message});
    });
  }
});

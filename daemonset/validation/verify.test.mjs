// SPDX-License-Identifier: Apache-2.0
// verify.sh against a kubectl that pretends a cluster, kept and harmed: whether it finds what is wrong, says it by
// line and by exit status, and takes away what it brought.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {fileURLToPath} from 'node:url';
import {describe, test} from 'node:test';

const here = fileURLToPath(new URL('.', import.meta.url));
const realKubectl = execFileSync('sh', ['-c', 'command -v kubectl'], {encoding: 'utf8'}).trim();

function verify(harm, use) {
  const state = mkdtempSync(`${tmpdir()}/kernelgate-verify-test-`);
  try {
    symlinkSync(`${here}kubectl.mjs`, `${state}/kubectl`);
    symlinkSync('/bin/true', `${state}/sleep`);
    const {status, stdout, stderr} = spawnSync(`${here}../verify.sh`, ['--no-pods', '--yes'], {
      encoding: 'utf8',
      env: {...process.env, PATH: `${state}:${process.env.PATH}`, REAL_KUBECTL: realKubectl, STATE: state, HARM: harm},
    });
    const deleted = existsSync(`${state}/deleted`) ? readFileSync(`${state}/deleted`, 'utf8') : '';
    use({status, stderr, deleted, lines: stdout.split('\n'), broken: stdout.match(/^not ok.*$/gm) ?? []});
  } finally {
    rmSync(state, {recursive: true});
  }
}

describe('verify.sh', () => {
  test('finds every promise kept, and takes away what it brought', () =>
    verify('', ({status, stderr, deleted, lines, broken}) => {
      assert.deepEqual(broken, [], stderr);
      assert.equal(status, 0, stderr);
      assert.match(lines.join('\n'), /^promises: \d+ passed, 0 failed, 1 skipped$/m);
      assert.match(deleted, /manifests\.yaml[^]*pinning\.yaml[^]*hands\.yaml[^]*node kernelgate-verify/);
    }));

  test('finds rights too many, policies that do nothing, and a webhook', () =>
    verify('rights,kernelgate-own-node-only,zone-kernels-are-pinned,webhook', ({status, deleted, broken}) => {
      assert.equal(status, 1);
      for (const expected of [
        /^not ok - the agent may not get secrets/,
        /^not ok - the agent of another node may not: it was allowed$/,
        /^not ok - a kernel with a tag does not: it was allowed$/,
        /^not ok - nobody gave it a runtime class, and so a zone: .spec.runtimeClassName is edera$/,
      ]) {
        assert.ok(broken.some((line) => expected.test(line)), `${expected} is not among\n${broken.join('\n')}`);
      }
      assert.match(deleted, /manifests\.yaml/);
    }));

  test('stops before it changes anything when the manifests are not taken', () =>
    verify('schema', ({status, deleted}) => {
      assert.equal(status, 1);
      assert.equal(deleted, '');
    }));

  test('does not touch a kernelgate that is in use', () =>
    verify('in use', ({status, stderr, deleted}) => {
      assert.equal(status, 64);
      assert.match(stderr, /in use/);
      assert.equal(deleted, '');
    }));
});

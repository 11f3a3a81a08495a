// SPDX-License-Identifier: Apache-2.0
// Compares objects with the published schemas of their APIs, in two ways. The TypeScript compiler refuses
// fields that do not exist, which the API's own schemas let pass; the compiled schemas check formats.
import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

const packages = {
  'policies.kyverno.io': '@kubernetes-models/kyverno',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

function moduleOf(object) {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  return `${packages[group] ?? 'kubernetes-models'}/${object.apiVersion}/${object.kind}`;
}

/** What is wrong with the objects; empty when nothing is. */
export async function problems(objects) {
  return [...typeProblems(objects), ...(await formatProblems(objects))];
}

function typeProblems(objects) {
  const folder = `${here}.rendered`;
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder);
  objects.forEach((object, i) =>
    writeFileSync(
      `${folder}/${i}-${object.kind}-${object.metadata?.name}.ts`,
      `import type {I${object.kind}} from '${moduleOf(object)}';\n` +
        `export const object: I${object.kind} = ${JSON.stringify(object, null, 2)};\n`,
    ),
  );
  try {
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
    const files = objects.map((object, i) => `${folder}/${i}-${object.kind}-${object.metadata?.name}.ts`);
    execFileSync(process.execPath, [`${here}node_modules/typescript/bin/tsc`, ...options, ...files], {
      cwd: here,
      encoding: 'utf8',
    });
    return [];
  } catch (e) {
    return e.stdout.trim().split('\n');
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

async function formatProblems(objects) {
  const found = [];
  for (const object of objects) {
    const model = (await import(moduleOf(object)))[object.kind];
    try {
      new model(object).validate();
    } catch (e) {
      found.push(`${object.kind} ${object.metadata?.name}: ${e.message}`);
    }
  }
  return found;
}

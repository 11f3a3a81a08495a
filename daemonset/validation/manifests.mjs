// SPDX-License-Identifier: Apache-2.0
// What kubectl makes of the overlays and policies, as objects.
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parse} from './objects.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function render(folder) {
  return readdirSync(root + folder).map((name) => ({
    name: `${folder}/${name}`,
    objects: parse(execFileSync('kubectl', ['kustomize', `${root}${folder}/${name}`], {encoding: 'utf8'})),
  }));
}

/** Each overlay: its name and its objects. */
export const overlays = render('overlays');

/** Each companion policy: its name and its objects. */
export const policies = render('policies');

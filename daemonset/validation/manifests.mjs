// SPDX-License-Identifier: Apache-2.0
// What kubectl makes of the overlays and policies, as objects.
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parseAllDocuments} from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The objects of YAML text; 1.1, as kubectl reads it. */
export function parse(text) {
  return parseAllDocuments(text, {version: '1.1'}).map((document) => {
    if (document.errors.length > 0) {
      throw document.errors[0];
    }
    return document.toJS();
  });
}

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

/** The only object of a kind. */
export function only(objects, kind) {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) {
    throw new Error(`there are ${found.length} objects of kind ${kind}`);
  }
  return found[0];
}

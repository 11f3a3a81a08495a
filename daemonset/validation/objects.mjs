// SPDX-License-Identifier: Apache-2.0
import {parseAllDocuments} from 'yaml';

/** The objects of YAML text; 1.1, as kubectl reads it. */
export function parse(text) {
  return parseAllDocuments(text, {version: '1.1'}).map((document) => {
    if (document.errors.length > 0) {
      throw document.errors[0];
    }
    return document.toJS();
  });
}

/** The only object of a kind. */
export function only(objects, kind) {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) {
    throw new Error(`there are ${found.length} objects of kind ${kind}`);
  }
  return found[0];
}

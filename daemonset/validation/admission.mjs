// SPDX-License-Identifier: Apache-2.0
// Decides as an API server does by a ValidatingAdmissionPolicy, or Kyverno by a ValidatingPolicy: match
// conditions, then variables in their order, then every validation. What rules match is not looked at.
import assert from 'node:assert/strict';
import {Environment} from '@marcbachmann/cel-js';

const cel = new Environment({enableOptionalTypes: true, unlistedVariablesAreDyn: true})
  // Optional values are equal when both are absent or their values are equal; missing in this implementation.
  .registerOperator('optional<dyn> == optional<dyn>', (a, b) => same(a.orValue(undefined), b.orValue(undefined)));

function same(a, b) {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** The messages of the validations that fail; empty when the request passes or does not concern the policy. */
export function refusals(policy, request) {
  const context = {oldObject: null, request: {}, ...request, variables: {}};
  const says = (expression) => cel.evaluate(expression, context);
  if (!(policy.spec.matchConditions ?? []).every((condition) => says(condition.expression))) {
    return [];
  }
  for (const variable of policy.spec.variables ?? []) {
    context.variables[variable.name] = says(variable.expression);
  }
  return policy.spec.validations
    .filter((validation) => says(validation.expression) !== true)
    .map((validation) => validation.message);
}

// SPDX-License-Identifier: Apache-2.0

/**
 * The one flow from a request to a decision: resolve, collect, verify, judge, record, return.
 * Nothing else decides. Does no I/O itself and does not log; checks run on virtual threads of the
 * caller.
 */
@NullMarked
package dev.kernelgate.verification;

import org.jspecify.annotations.NullMarked;

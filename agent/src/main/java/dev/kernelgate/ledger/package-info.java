// SPDX-License-Identifier: Apache-2.0

/**
 * What a decision leaves behind: it can be looked up, it is logged, it is counted, and whoever
 * wants to know is told. Whoever has decided tells the {@link dev.kernelgate.ledger.Ledger} and
 * nobody else, so that each decision is told in one way. Nothing is decided here.
 */
@NullMarked
package dev.kernelgate.ledger;

import org.jspecify.annotations.NullMarked;

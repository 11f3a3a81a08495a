// SPDX-License-Identifier: Apache-2.0

/** What tests of several packages share: fakes of the outside world, and golden files. */
@NullMarked
package dev.kernelgate.testing;

import org.jspecify.annotations.NullMarked;

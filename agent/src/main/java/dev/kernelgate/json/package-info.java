// SPDX-License-Identifier: Apache-2.0

/**
 * JSON, read strictly and within bounds, written compactly. The only package that knows the JSON
 * library. Limits are checked while reading, so hostile text costs no more than its bytes.
 */
@NullMarked
package dev.kernelgate.json;

import org.jspecify.annotations.NullMarked;

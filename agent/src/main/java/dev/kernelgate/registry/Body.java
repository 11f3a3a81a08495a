// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

/**
 * What arrived of a response body.
 *
 * @param bytes the body, or nothing when it was larger than its bound
 * @param tooLarge whether it was; the rest was not read
 */
record Body(byte[] bytes, boolean tooLarge) {}

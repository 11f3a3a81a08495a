// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent reads of the node it runs on: its architecture, the pods that are placed on it as
 * files, the kernel variants of the daemon's configuration, its image cache and its default kernel
 * files. Local files only, bounded before they are parsed; nothing here decides. The only package
 * that knows the TOML library.
 */
@NullMarked
package dev.kernelgate.node;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/**
 * YAML as a small tree in which every node knows its line and column, read strictly and within
 * bounds: no anchors, aliases or tags, no duplicate keys, no deep nesting. All problems of a file
 * are collected, so that its author mends them in one go. The only package that knows the YAML
 * library. No I/O; everything is confined to the calling thread.
 */
@NullMarked
package dev.kernelgate.yaml;

import org.jspecify.annotations.NullMarked;

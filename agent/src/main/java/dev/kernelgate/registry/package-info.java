// SPDX-License-Identifier: Apache-2.0

/**
 * Manifests and blobs from OCI registries, over the JDK's HTTP client. An answer is either bytes
 * within their bound, or "definitely not there", or a reason that leaves the question open; a proxy
 * page, a short body or a refusal is never taken for absence. Credentials reach only the registry
 * they belong to and the token service it names, and appear in no message. Every call blocks its
 * (virtual) thread no longer than the deadline it was given.
 */
@NullMarked
package dev.kernelgate.registry;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;

/**
 * A layer as a manifest lists it, and where it can be had.
 *
 * @param mediaType as stated, foreign text
 * @param size in bytes as stated
 */
public record KernelLayer(
    ImageSource source, Repository repository, String mediaType, Digest digest, long size) {

  /**
   * Opens the layer.
   *
   * @throws ProblemException as {@link ImageSource#stream}; {@code RegistryMisbehaved} if it is not
   *     there, since a manifest lists it
   */
  public BlobStream open(Deadline deadline) throws ProblemException {
    return source.stream(repository, digest, deadline)
        .orElseThrow(
            () ->
                new ProblemException(
                    Reason.REGISTRY_MISBEHAVED, "layer " + digest + " is listed but not there"));
  }
}

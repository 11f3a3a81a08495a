// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.Optional;

/**
 * One image as the node's cache keeps it, as a source that knows nothing else. The node never
 * hashes these files before it boots from them; here a file that is not the content that it is
 * named after is {@code CacheTampered}. What the packed file system beside them holds cannot be
 * told from a digest, and is not looked at.
 *
 * @param digest what the cache calls the image
 * @param manifest the manifest's file
 * @param config the config's file
 */
public record CachedImage(Digest digest, byte[] manifest, byte[] config) implements ImageSource {

  private static final String NO_TYPE = "";

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    if (!selector.equals(digest.toString())) {
      return Optional.empty();
    }
    require(manifest, digest, "manifest");
    return Optional.of(new FetchedManifest(NO_TYPE, manifest));
  }

  /** {@inheritDoc} The only blob there is should be the config that the manifest names. */
  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest wanted, int maxBytes, Deadline deadline)
      throws ProblemException {
    require(config, wanted, "config");
    return Optional.of(config);
  }

  /** {@inheritDoc} Layers are not kept as they were fetched. */
  @Override
  public Optional<BlobStream> stream(Repository repository, Digest wanted, Deadline deadline) {
    return Optional.empty();
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) {
    return Optional.empty();
  }

  @Override
  public BootSource kind() {
    return BootSource.NODE_CACHE;
  }

  private void require(byte[] bytes, Digest expected, String file) throws ProblemException {
    Digest actual = Digest.of(bytes);
    if (!actual.equals(expected)) {
      throw new ProblemException(
          Reason.CACHE_TAMPERED,
          "the %s file of %s has to be %s, but is %s".formatted(file, digest, expected, actual));
    }
  }
}

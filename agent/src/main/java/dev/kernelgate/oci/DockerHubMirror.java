// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks for Docker Hub's images where the node's daemon asks for them. Names keep meaning Docker Hub
 * to the policy; only who answers is another. There is no falling back to Docker Hub itself:
 * whether the daemon would is not known, and another answer would be about another kernel.
 *
 * @param source whom to ask
 * @param mirror the host that stands in for Docker Hub now, optionally with a scheme and a path
 */
public record DockerHubMirror(ImageSource source, Supplier<Optional<String>> mirror)
    implements ImageSource {

  private static final String DOCKER_HUB = "docker.io";

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    return source.manifest(mirrored(repository), selector, deadline);
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    return source.blob(mirrored(repository), digest, maxBytes, deadline);
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    return source.stream(mirrored(repository), digest, deadline);
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    return source.referrers(mirrored(repository), subject, deadline);
  }

  @Override
  public BootSource kind() {
    return source.kind();
  }

  private Repository mirrored(Repository repository) throws ProblemException {
    Optional<String> host =
        repository.registry().equals(DOCKER_HUB) ? mirror.get() : Optional.empty();
    return host.isPresent() ? behind(host.get(), repository.path()) : repository;
  }

  private static Repository behind(String mirror, String path) throws ProblemException {
    String base = mirror.replaceFirst("^https://", "").replaceFirst("/$", "");
    try {
      KernelReference reference = KernelReference.parse(base + "/" + path);
      if (reference.name().equals(base + "/" + path)) {
        return Repository.of(reference);
      }
    } catch (InvalidReferenceException _) {
      // Told below.
    }
    throw new ProblemException(
        Reason.REGISTRY_UNREACHABLE,
        "the daemon's mirror of Docker Hub, " + Untrusted.quote(mirror) + ", names no host");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PlatformManifest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * From a reference to the one manifest that the host boots, picked as Edera's node picks it: in an
 * index the first entry for linux and exactly the host's architecture, without fallback; a variant
 * and annotations are not looked at. Indexes without a platform inside an index are followed to
 * {@link Limits#INDEX_DEPTH}. Unlike the node, the config of the picked manifest has to agree.
 * Stateless.
 */
final class PlatformResolver {

  private final Architecture host;

  private record Picked(PlatformManifest manifest, VerifiedBytes bytes) {}

  PlatformResolver(Architecture host) {
    this.host = host;
  }

  /** The architecture that manifests are picked for. */
  Architecture host() {
    return host;
  }

  /**
   * Resolves a reference.
   *
   * @throws ProblemException {@code ImageNotFound}, {@code NoPlatformManifest}, {@code
   *     PlatformMismatch}, {@code NotAKernelImage}, {@code LimitExceeded}, or whatever kept the
   *     source from answering
   */
  ResolvedKernel resolve(ImageSource source, KernelReference reference, Deadline deadline)
      throws ProblemException {
    ContentFetcher fetcher = new ContentFetcher(source, Repository.of(reference), deadline);
    Optional<Digest> pinned = reference.digest();
    Optional<Manifest> root =
        pinned.isPresent() ? fetcher.digested(pinned.get()) : fetcher.tagged(reference.selector());
    if (root.isEmpty()) {
      throw new ProblemException(Reason.IMAGE_NOT_FOUND, reference + " does not exist");
    }
    Optional<Picked> picked = pick(fetcher, root.get(), List.of());
    BootSource kind = pinned.isPresent() ? BootSource.PINNED_DIGEST : source.kind();
    return picked
        .map(
            found ->
                new ResolvedKernel(
                    found.manifest(),
                    found.bytes(),
                    kind,
                    new Evidence.Fetched(fetcher.pieces().orElse(List.of()))))
        .orElseThrow(
            () ->
                new ProblemException(
                    Reason.NO_PLATFORM_MANIFEST,
                    reference + " has nothing for " + host.platform()));
  }

  private Optional<Picked> pick(ContentFetcher fetcher, Manifest manifest, List<Digest> indexes)
      throws ProblemException {
    return switch (manifest) {
      case Manifest.Image image -> Optional.of(confirm(fetcher, image, indexes));
      case Manifest.Index index ->
          pickFrom(fetcher, index, append(indexes, index.bytes().digest()));
    };
  }

  private Optional<Picked> pickFrom(
      ContentFetcher fetcher, Manifest.Index index, List<Digest> indexes) throws ProblemException {
    Optional<Descriptor> listed = listedFor(host, index);
    if (listed.isPresent()) {
      return pick(fetcher, follow(fetcher, listed.get(), indexes), indexes);
    }
    for (Descriptor entry : index.manifests()) {
      if (entry.isNestedIndex()) {
        Optional<Picked> found = pick(fetcher, follow(fetcher, entry, indexes), indexes);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The entry that the node takes. It knows one spelling of its architecture and this knows two, so
   * the first entries of both have to be the same.
   */
  private static Optional<Descriptor> listedFor(Architecture host, Manifest.Index index)
      throws ProblemException {
    Map<Descriptor.Platform, Descriptor> first = new LinkedHashMap<>();
    for (Descriptor entry : index.manifests()) {
      entry.platformOf(host).ifPresent(stated -> first.putIfAbsent(stated, entry));
    }
    if (first.values().stream().map(Descriptor::digest).distinct().count() > 1) {
      String entries =
          first.entrySet().stream()
              .map(entry -> entry.getValue().digest() + " for " + entry.getKey())
              .collect(Collectors.joining(" and "));
      throw new ProblemException(
          Reason.PLATFORM_MISMATCH,
          "index " + index.bytes().digest() + " lists " + entries + ", which are one platform");
    }
    return first.values().stream().findFirst();
  }

  private static Manifest follow(ContentFetcher fetcher, Descriptor entry, List<Digest> indexes)
      throws ProblemException {
    Manifest next = fetcher.listed(entry.digest());
    if (next instanceof Manifest.Index && indexes.size() >= Limits.INDEX_DEPTH) {
      throw new ProblemException(
          Reason.LIMIT_EXCEEDED, "indexes are nested more than " + Limits.INDEX_DEPTH + " deep");
    }
    return next;
  }

  private Picked confirm(ContentFetcher fetcher, Manifest.Image image, List<Digest> indexes)
      throws ProblemException {
    String type = image.config().mediaType();
    if (!type.equals(MediaType.OCI_CONFIG) && !type.equals(MediaType.DOCKER_CONFIG)) {
      throw new ProblemException(
          Reason.NOT_A_KERNEL_IMAGE,
          "manifest " + image.bytes().digest() + " has a config of type " + Untrusted.quote(type));
    }
    confirmArchitecture(fetcher.blob(image.config(), Limits.CONFIG_BYTES));
    PlatformManifest manifest =
        new PlatformManifest(host, image.bytes().digest(), indexes, image.annotations());
    return new Picked(manifest, image.bytes());
  }

  private void confirmArchitecture(VerifiedBytes config) throws ProblemException {
    try {
      JsonObject json = JsonReader.read(config.bytes());
      String platform = json.text("os").orElse("") + "/" + json.text("architecture").orElse("");
      if (!Architecture.parsePlatform(platform).equals(Optional.of(host))) {
        throw new ProblemException(
            Reason.PLATFORM_MISMATCH,
            "picked for " + host.platform() + ", but its config says " + Untrusted.quote(platform));
      }
    } catch (MalformedJsonException e) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          "config " + config.digest() + " is malformed: " + e.getMessage(),
          e);
    }
  }

  private static List<Digest> append(List<Digest> digests, Digest last) {
    List<Digest> all = new ArrayList<>(digests);
    all.add(last);
    return List.copyOf(all);
  }
}

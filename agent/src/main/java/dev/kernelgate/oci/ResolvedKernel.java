// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.PlatformManifest;
import dev.kernelgate.verdict.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The manifest that boots, with the bytes it was read from.
 *
 * @param manifest what it is
 * @param bytes the manifest itself, from which a launcher can boot
 * @param source which source of truth named the digest
 * @param registryDigest what would boot if the registry were asked instead, where that is something
 *     else
 * @param openQuestions what was not found out on the way; while there is one, a signature that was
 *     not found may still exist
 * @param evidence where the way to the manifest was read
 */
public record ResolvedKernel(
    PlatformManifest manifest,
    VerifiedBytes bytes,
    BootSource source,
    Optional<Digest> registryDigest,
    List<Problem> openQuestions,
    Evidence evidence) {

  public ResolvedKernel {
    openQuestions = List.copyOf(openQuestions);
  }

  /** A kernel about which nothing is open, as its one source names it. */
  ResolvedKernel(
      PlatformManifest manifest, VerifiedBytes bytes, BootSource source, Evidence evidence) {
    this(manifest, bytes, source, Optional.empty(), List.of(), evidence);
  }

  /** Where the way to the manifest began: the outermost index, else the manifest itself. */
  Digest root() {
    return manifest.signable().getFirst();
  }

  /** The same kernel, read from what was kept. */
  ResolvedKernel readFrom(Evidence.Stored stored) {
    return new ResolvedKernel(manifest, bytes, source, stored);
  }

  /** About how much memory it takes, in bytes. */
  public int weight() {
    return switch (evidence) {
      case Evidence.Stored _ -> bytes.bytes().length;
      case Evidence.Fetched(List<Piece> pieces) ->
          Math.max(
              bytes.bytes().length,
              pieces.stream().mapToInt(piece -> piece.content().bytes().length).sum());
    };
  }

  /** The same kernel, which somebody else named. */
  public ResolvedKernel from(BootSource other) {
    return new ResolvedKernel(manifest, bytes, other, registryDigest, openQuestions, evidence);
  }

  /** The manifest's media type, OCI's or Docker's. */
  public String mediaType() {
    try {
      return MediaType.ofManifest(JsonReader.read(bytes.bytes()).text("mediaType"));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
  }
}

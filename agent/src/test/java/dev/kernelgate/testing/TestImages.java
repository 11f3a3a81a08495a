// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Digest;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the JSON of small images into a {@link MemorySource}. */
public final class TestImages {

  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private TestImages() {}

  /** A kernel manifest for an architecture; the config says the same. */
  public static Digest kernel(MemorySource source, String architecture, String... tags) {
    return kernelSaying(source, architecture, architecture, "6.15.6", tags);
  }

  /** A kernel manifest whose config says whatever a test wants it to say. */
  public static Digest kernelSaying(
      MemorySource source,
      String architecture,
      String configArchitecture,
      String version,
      String... tags) {
    String config =
        "{\"os\":\"linux\",\"architecture\":\""
            + configArchitecture
            + "\",\"x\":\""
            + architecture
            + "\"}";
    Digest digest = source.blob(config);
    return source.manifest(
        MANIFEST,
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},"layers":[],
        "annotations":{"dev.edera.kernel.version":"%s","dev.edera.kernel.flavor":"zone","dev.edera.kernel.format":"1"}}
        """
            .formatted(MANIFEST, CONFIG, digest, config.length(), version),
        tags);
  }

  /** A kernel manifest with one layer. */
  public static Digest kernelOf(MemorySource source, byte[] layer, String type, String... tags) {
    String config = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
    Digest content = Digest.of(layer);
    source.serveBlob(content, layer);
    return source.manifest(
        MANIFEST,
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},
        "layers":[{"mediaType":"%s","digest":"%s","size":%d}],
        "annotations":{"dev.edera.kernel.version":"6.15.6","dev.edera.kernel.flavor":"zone","dev.edera.kernel.format":"1"}}
        """
            .formatted(
                MANIFEST,
                CONFIG,
                source.blob(config),
                config.length(),
                type,
                content,
                layer.length),
        tags);
  }

  /** Attaches a bundle to a manifest or index, where registries without referrers API have it. */
  public static void attachBundle(MemorySource source, Digest subject, String content) {
    Digest referrer =
        source.manifest(
            MANIFEST,
            "{\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    entry(source.blob("{}"), "application/vnd.oci.empty.v1+json", ""),
                    entry(source.blob(content), BUNDLE, "")));
    source.manifest(INDEX, index(List.of(entry(referrer, MANIFEST, ""))), subject.fallbackTag());
  }

  /** An index entry. */
  public static String entry(Digest digest, String mediaType, String rest) {
    return "{\"mediaType\":\""
        + mediaType
        + "\",\"digest\":\""
        + digest
        + "\",\"size\":1"
        + rest
        + "}";
  }

  /** An index entry for a platform. */
  public static String entry(Digest digest, String os, String architecture, String rest) {
    String platform =
        ",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\"}";
    return entry(digest, MANIFEST, platform + rest);
  }

  /** The JSON of an index. */
  public static String index(List<String> entries) {
    return entries.stream()
        .collect(
            Collectors.joining(
                ",", "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[", "]}"));
  }
}

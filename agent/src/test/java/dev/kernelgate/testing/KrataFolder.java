// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image cache as krata's daemon writes it, made by a test: the index, and three files for each
 * image.
 */
public final class KrataFolder {

  private final Path root;
  private final List<String> entries = new ArrayList<>();

  private KrataFolder(Path root) {
    this.root = root;
  }

  /** An empty cache in a directory that need not exist. */
  public static KrataFolder in(Path root) throws IOException {
    KrataFolder folder = new KrataFolder(root);
    Files.createDirectories(root.resolve("image"));
    folder.writeIndex();
    return folder;
  }

  /** The cache's directory. */
  public Path root() {
    return root;
  }

  /** The index. */
  public Path index() {
    return file("index.json");
  }

  /** The manifest's file of an image. */
  public Path manifest(Digest image) {
    return file(image + ".manifest.json");
  }

  /** The config's file of an image. */
  public Path config(Digest image) {
    return file(image + ".config.json");
  }

  /** The packed file system of an image. */
  public Path packed(Digest image) {
    return file(image + ".tar");
  }

  /** Keeps an image under a name, after all that are there, as the daemon does. */
  public Digest hold(String name, byte[] manifest, byte[] config) throws IOException {
    Digest image = Digest.of(manifest);
    Files.write(manifest(image), manifest);
    Files.write(config(image), config);
    Files.writeString(packed(image), "packed");
    list(name, image.toString(), "tar");
    return image;
  }

  /** Adds an entry to the index only. */
  public void list(String name, String digest, String format) throws IOException {
    entries.add(entry(name, digest, format));
    writeIndex();
  }

  /** Adds many entries that nobody asks for. */
  public void listMany(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String digest = Digest.of(String.valueOf(i).getBytes(StandardCharsets.UTF_8)).toString();
      entries.add(entry("registry.test/app-" + i + ":1", digest, "squashfs"));
    }
    writeIndex();
  }

  private void writeIndex() throws IOException {
    Files.writeString(
        index(),
        """
        {
          "schemaVersion": 2,
          "mediaType": "application/vnd.oci.image.index.v1+json",
          "manifests": [%s]
        }
        """
            .formatted(String.join(",", entries)));
  }

  private static String entry(String name, String digest, String format) {
    return """

        {
          "mediaType": "application/vnd.oci.image.manifest.v1+json",
          "digest": "%s",
          "size": 1234,
          "platform": {
            "architecture": "amd64",
            "os": "linux"
          },
          "annotations": {
            "org.opencontainers.image.ref.name": "%s",
            "io.containerd.image.name": "%s",
            "dev.krata.oci.packer.format": "%s"
          }
        }\
    """
        .formatted(digest, name.substring(name.lastIndexOf(':') + 1), name, format);
  }

  private Path file(String name) {
    return root.resolve("image").resolve(name);
  }
}

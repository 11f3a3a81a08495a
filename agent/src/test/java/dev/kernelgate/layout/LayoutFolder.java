// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A layout that a test writes. */
record LayoutFolder(Path root) {

  static final Repository KERNEL = new Repository("reg.io", "edera-dev/zone-kernel");
  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  static final byte[] BODY = bytes("{\"schemaVersion\":2,\"manifests\":[]}");

  private static final FakeTime TIME = FakeTime.afterFixtures();

  /** An empty layout below the folder. */
  static LayoutFolder create(Path parent) throws IOException {
    LayoutFolder folder = new LayoutFolder(Files.createDirectory(parent.resolve("layout")));
    Files.createDirectories(folder.blobs());
    Files.writeString(folder.root().resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    folder.writeIndex("");
    return folder;
  }

  LayoutImageSource open() throws ProblemException {
    return LayoutImageSource.open(root);
  }

  Path blobs() {
    return root.resolve("blobs/sha256");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  Digest addBlob(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Files.write(blob(digest), content);
    return digest;
  }

  void writeIndex(String entries) throws IOException {
    Files.writeString(
        root.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entries + "]}");
  }

  static String entry(Digest digest, String name) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,\"annotations\":{\"%s\":\"%s\"}}"
        .formatted(INDEX_TYPE, digest, LayoutIndex.REF_NAME, name);
  }

  static Deadline enough() {
    return TIME.deadlineIn(Duration.ofSeconds(10));
  }

  static Deadline over() {
    return TIME.deadlineIn(Duration.ZERO);
  }

  static ProblemException problemOf(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

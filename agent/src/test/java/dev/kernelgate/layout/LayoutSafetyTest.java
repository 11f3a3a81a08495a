// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import static dev.kernelgate.layout.LayoutFolder.BODY;
import static dev.kernelgate.layout.LayoutFolder.KERNEL;
import static dev.kernelgate.layout.LayoutFolder.enough;
import static dev.kernelgate.layout.LayoutFolder.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a layout that somebody tampered with cannot do. */
class LayoutSafetyTest {

  @TempDir Path temporary;

  private LayoutFolder layoutFolder;

  @BeforeEach
  void createLayout() throws IOException {
    layoutFolder = LayoutFolder.create(temporary);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"imageLayoutVersion\":\"2.0.0\"}", "1.0.0"})
  void opensNothingButALayoutOfVersionOne(String marker) throws IOException {
    Files.writeString(layoutFolder.root().resolve("oci-layout"), marker);

    assertThat(problemOf(() -> layoutFolder.open())).hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void opensNothingButADirectoryThatIsALayout() throws IOException {
    Files.delete(layoutFolder.root().resolve("oci-layout"));

    for (Path none :
        new Path[] {
          layoutFolder.root(),
          temporary.resolve("missing"),
          layoutFolder.root().resolve("index.json")
        }) {
      assertThat(problemOf(() -> LayoutImageSource.open(none)))
          .hasMessageContaining("RegistryMisbehaved");
    }
  }

  @Test
  void followsNoLinkOutOfTheLayout() throws Exception {
    Path secret = Files.write(temporary.resolve("secret"), BODY);
    Files.createSymbolicLink(layoutFolder.blob(Digest.of(BODY)), secret);
    LayoutImageSource layout = layoutFolder.open();

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 100, enough())))
        .hasMessageContaining("RegistryMisbehaved")
        .hasMessageContaining("link");
    assertThat(problemOf(() -> layout.manifest(KERNEL, Digest.of(BODY).toString(), enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void followsNoFolderThatIsALinkOutOfTheLayout() throws Exception {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.write(elsewhere.resolve(Digest.of(BODY).hex()), BODY);
    Files.delete(layoutFolder.blobs());
    Files.createSymbolicLink(layoutFolder.blobs(), elsewhere);
    LayoutImageSource layout = layoutFolder.open();

    assertThat(problemOf(() -> layout.blob(KERNEL, Digest.of(BODY), 100, enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void followsALinkWithinTheLayoutAndIntoIt() throws Exception {
    Path shared = Files.createDirectory(layoutFolder.root().resolve("shared"));
    Files.write(shared.resolve("blob"), BODY);
    Files.createSymbolicLink(layoutFolder.blob(Digest.of(BODY)), Path.of("../../shared/blob"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), layoutFolder.root());

    assertThat(LayoutImageSource.open(link).blob(KERNEL, Digest.of(BODY), 100, enough()))
        .isPresent();
  }

  @Test
  void opensNoPipeAndNoDirectory() throws Exception {
    Digest digest = Digest.of(BODY);
    Process mkfifo = new ProcessBuilder("mkfifo", layoutFolder.blob(digest).toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    Digest folder = Digest.of(new byte[] {1});
    Files.createDirectory(layoutFolder.blob(folder));
    LayoutImageSource layout = layoutFolder.open();

    for (Digest notAFile : new Digest[] {digest, folder}) {
      assertThat(problemOf(() -> layout.blob(KERNEL, notAFile, 100, enough())))
          .hasMessageContaining("RegistryMisbehaved");
    }
  }

  @Test
  void readsUpToExactlyTheBound() throws Exception {
    Digest digest = layoutFolder.addBlob(new byte[100]);
    Digest huge = Digest.of(new byte[] {1});
    makeSparse(layoutFolder.blob(huge), 100L << 20);
    LayoutImageSource layout = layoutFolder.open();

    assertThat(layout.blob(KERNEL, digest, 100, enough()).orElseThrow()).hasSize(100);
    assertThat(problemOf(() -> layout.blob(KERNEL, digest, 99, enough())))
        .hasMessageContaining("LimitExceeded");
    assertThat(problemOf(() -> layout.manifest(KERNEL, huge.toString(), enough())))
        .hasMessageContaining("LimitExceeded");
    assertThat(problemOf(() -> layout.blob(KERNEL, huge, Limits.BUNDLE_BYTES, enough())))
        .hasMessageContaining("LimitExceeded");
  }

  @Test
  void refusesAnIndexThatIsTooLarge() throws Exception {
    LayoutImageSource layout = layoutFolder.open();
    makeSparse(layoutFolder.root().resolve("index.json"), 100L << 20);

    assertThat(problemOf(() -> layout.manifest(KERNEL, "6.1", enough())))
        .hasMessageContaining("LimitExceeded");
  }

  private static void makeSparse(Path file, long size) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
  }
}

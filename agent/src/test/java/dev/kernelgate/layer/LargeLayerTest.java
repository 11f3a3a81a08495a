// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.testing.TestRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A layer that is many times as large as the heap of whoever reads it. */
@Timeout(120)
final class LargeLayerTest {

  private static final long FILE_BYTES = 400L << 20;
  private static final String HEAP = "-Xmx24m";

  @Test
  void isReadWithASmallHeap() throws Exception {
    MessageDigest all = sha256();
    MessageDigest file = sha256();
    Counted counted = new Counted(new DigestOutputStream(OutputStream.nullOutputStream(), all));
    write(counted, file);
    Digest layer = Digest.ofHash(all.digest());
    try (TestRegistry registry = TestRegistry.start()) {
      registry.misbehave(
          "/v2/kernel/blobs/" + layer,
          (exchange, _) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, counted.bytes);
            write(exchange.getResponseBody(), sha256());
          });

      assertThat(run(registry.host(), layer.toString(), Long.toString(counted.bytes)))
          .isEqualTo(
              new Entry.File("kernel/image", Digest.ofHash(file.digest()))
                  + System.lineSeparator());
    }
  }

  /** What is not alike anywhere, so that no shortcut helps. */
  private static void write(OutputStream out, MessageDigest hash) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
    TarArchiveEntry entry = new TarArchiveEntry("kernel/image");
    entry.setModTime(0);
    entry.setSize(FILE_BYTES);
    tar.putArchiveEntry(entry);
    byte[] block = new byte[1 << 20];
    for (long at = 0; at < FILE_BYTES; at += block.length) {
      block[(int) (at >> 20)] = (byte) (at >> 20);
      tar.write(block);
      hash.update(block);
    }
    tar.closeArchiveEntry();
    tar.finish();
    out.flush();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String run(String... args) throws IOException, InterruptedException {
    String java =
        Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin/java").toString();
    List<String> command = new ArrayList<>(List.of(java, HEAP, "-cp"));
    command.add(Objects.requireNonNull(System.getProperty("java.class.path")));
    command.add(LargeLayer.class.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream printed = process.getInputStream()) {
      String text = new String(printed.readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return text;
    }
  }

  private static final class Counted extends OutputStream {
    private final OutputStream out;
    private long bytes;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      bytes += length;
    }
  }
}

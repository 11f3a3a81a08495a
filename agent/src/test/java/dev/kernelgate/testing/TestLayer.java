// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes the archive of a layer, whatever it says. Used by one thread. */
public final class TestLayer {

  public static final String TAR = "application/vnd.oci.image.layer.v1.tar";
  public static final String TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public TestLayer() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /** A layer as Edera's images have it. */
  public static TestLayer kernel(String image, String addons) {
    return new TestLayer()
        .folder("kernel/")
        .file("kernel/image", image)
        .file("kernel/addons.squashfs", addons)
        .file("kernel/metadata", "KERNEL_FLAVOR=zone\n");
  }

  /** A file. */
  public TestLayer file(String path, String content) {
    byte[] data = content.getBytes(StandardCharsets.UTF_8);
    return add(entry(path, TarConstants.LF_NORMAL), data);
  }

  /** A file of zeros. */
  public TestLayer zeros(String path, int size) {
    return add(entry(path, TarConstants.LF_NORMAL), new byte[size]);
  }

  /** A directory. */
  public TestLayer folder(String path) {
    return add(entry(path, TarConstants.LF_DIR), new byte[0]);
  }

  /** A symbolic link. */
  public TestLayer link(String path, String target) {
    TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    return add(entry, new byte[0]);
  }

  /** A hard link. */
  public TestLayer hardLink(String path, String target) {
    TarArchiveEntry entry = entry(path, TarConstants.LF_LINK);
    entry.setLinkName(target);
    return add(entry, new byte[0]);
  }

  /** An entry of any type, without content. */
  public TestLayer special(String path, byte type) {
    return add(entry(path, type), new byte[0]);
  }

  /** An entry of any type with content, such as a header that describes the next entry. */
  public TestLayer raw(String path, byte type, byte[] content) {
    return add(entry(path, type), content);
  }

  /** The archive. */
  public byte[] tar() {
    try {
      tar.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive, packed. */
  public byte[] gzip() {
    return gzip(tar());
  }

  /** Packs bytes. */
  public static byte[] gzip(byte[] unpacked) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(unpacked);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static TarArchiveEntry entry(String path, byte type) {
    return new TarArchiveEntry(path, type, true);
  }

  private TestLayer add(TarArchiveEntry entry, byte[] content) {
    try {
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

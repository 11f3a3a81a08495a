// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.packages;

import com.google.cloud.tools.jib.blob.BlobDescriptor;
import com.google.cloud.tools.jib.image.json.OciIndexTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * One OCI layout in a tar, with an index over the images of several architectures, made of layouts
 * with one image each.
 */
final class OciArchive implements AutoCloseable {

  private static final String BLOBS = "blobs/sha256/";

  private final TarArchiveOutputStream out;
  private final Instant time;
  private final OciIndexTemplate index = new OciIndexTemplate();
  private final Set<String> written = new HashSet<>();

  OciArchive(Path tar, Instant time) throws IOException {
    this.out = new TarArchiveOutputStream(Files.newOutputStream(tar), "UTF-8");
    this.time = time;
  }

  /** Takes over the one image of a layout in a tar. */
  void add(Path tar, String architecture, String tag) throws IOException {
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().startsWith(BLOBS)) {
          write(entry.getName(), in.readAllBytes());
        } else if (entry.getName().equals("index.json")) {
          OciIndexTemplate one =
              JsonTemplateMapper.readJson(in.readAllBytes(), OciIndexTemplate.class);
          OciIndexTemplate.ManifestDescriptorTemplate image = one.getManifests().getFirst();
          index.addManifest(new BlobDescriptor(image.getSize(), image.getDigest()), tag);
          index.getManifests().getLast().setPlatform(architecture, "linux");
        }
      }
    }
  }

  /**
   * Writes what makes the blobs a layout.
   *
   * @return the index over all images
   */
  OciIndexTemplate finish(String tag) throws IOException {
    byte[] bytes = JsonTemplateMapper.toByteArray(index);
    String digest = sha256(bytes);
    write(BLOBS + digest, bytes);
    write(
        "index.json",
        """
        {"schemaVersion":2,"mediaType":"%1$s","manifests":[{"mediaType":"%1$s","digest":"sha256:%2$s",\
        "size":%3$d,"annotations":{"org.opencontainers.image.ref.name":"%4$s"}}]}\
        """
            .formatted(OciIndexTemplate.MEDIA_TYPE, digest, bytes.length, tag)
            .getBytes(StandardCharsets.UTF_8));
    write("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    return index;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Images share layers: each blob is written once. */
  private void write(String name, byte[] content) throws IOException {
    if (!written.add(name)) {
      return;
    }
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(Date.from(time));
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

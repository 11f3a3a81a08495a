// SPDX-License-Identifier: Apache-2.0

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar without its signature. The virtual machine leaves classes of signed jars out of its
 * archive, and checks nothing that the package or image that brings the jar would not vouch for.
 */
final class UnsignedJar {

  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  /**
   * An entry's own may depend on the time zone; so would the first that the format knows, which
   * {@link ZipEntry} takes for an earlier one and writes in another form.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private UnsignedJar() {}

  /** Replaces a signed jar by one that is not; leaves others alone. */
  static void rewrite(Path jar) throws IOException {
    try (JarFile signed = new JarFile(jar.toFile(), false)) {
      if (signed.stream().noneMatch(UnsignedJar::isSignature)) {
        return;
      }
      Path rewritten = jar.resolveSibling(jar.getFileName() + ".unsigned");
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(rewritten))) {
        for (ZipEntry entry : signed.stream().toList()) {
          if (!isSignature(entry)) {
            copy(signed, entry, out);
          }
        }
      }
      Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isSignature(ZipEntry entry) {
    return SIGNATURE.matcher(entry.getName()).matches();
  }

  private static void copy(JarFile jar, ZipEntry entry, ZipOutputStream out) throws IOException {
    ZipEntry copy = new ZipEntry(entry.getName());
    copy.setTimeLocal(TIME);
    out.putNextEntry(copy);
    try (InputStream in = content(jar, entry)) {
      in.transferTo(out);
    }
    out.closeEntry();
  }

  /** Of the manifest the main section: the others hold a digest of each entry. */
  private static InputStream content(JarFile jar, ZipEntry entry) throws IOException {
    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
      return jar.getInputStream(entry);
    }
    try (InputStream in = jar.getInputStream(entry)) {
      Manifest manifest = new Manifest(in);
      manifest.getEntries().clear();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      manifest.write(bytes);
      return new ByteArrayInputStream(bytes.toByteArray());
    }
  }
}

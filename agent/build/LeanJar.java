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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A signed jar, which BouncyCastle's are, without its signature and without the algorithms that
 * signatures of kernels have nothing to do with. The virtual machine leaves classes of signed jars
 * out of its archive, and checks nothing that the package or image that brings the jar would not
 * vouch for.
 */
final class LeanJar {

  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  /**
   * What makes an algorithm known to BouncyCastle's provider, of which every agent makes two. It
   * looks for one such class after the other by name and goes without those that are not there.
   */
  private static final Pattern ALGORITHM =
      Pattern.compile("org/bouncycastle/(jcajce|pqc/jcajce)/provider/(.+)\\$Mappings\\.class");

  /** Keys and hashes that Sigstore's trusted root, certificates and timestamps can have. */
  private static final Pattern NEEDED =
      Pattern.compile("asymmetric/(EC|EdEC|RSA|X509)|digest/SHA(1|224|256|384|512)");

  /**
   * An entry's own may depend on the time zone; so would the first that the format knows, which
   * {@link ZipEntry} takes for an earlier one and writes in another form.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private LeanJar() {}

  /** Replaces a signed jar by one that is not; leaves others alone. */
  static void rewrite(Path jar) throws IOException {
    try (JarFile signed = new JarFile(jar.toFile(), false)) {
      if (signed.stream().noneMatch(LeanJar::isSignature)) {
        return;
      }
      Path rewritten = jar.resolveSibling(jar.getFileName() + ".lean");
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(rewritten))) {
        for (ZipEntry entry : signed.stream().toList()) {
          if (!isSignature(entry) && !isNeedless(entry)) {
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

  private static boolean isNeedless(ZipEntry entry) {
    Matcher algorithm = ALGORITHM.matcher(entry.getName());
    return algorithm.matches() && !NEEDED.matcher(algorithm.group(2)).matches();
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

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for TLS, made anew for each test; its files go to a given folder. */
public final class TestTlsAuthority {

  private static final char[] NO_PASSWORD = new char[0];
  private static final Duration VALIDITY = Duration.ofHours(1);

  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;
  private final Path folder;
  private int serial = 1;

  /** Where a certificate and its key were written. */
  public record ClientFiles(Path chain, Path key) {}

  /** A new authority that writes its files to the folder. */
  public TestTlsAuthority(Path folder) {
    this.folder = folder;
    this.certificate = issue("CN=Test CA", keys, true);
  }

  /** The authority's certificate as a PEM file. */
  public Path certificateFile() {
    return writePem("ca.pem", "CERTIFICATE", encoded(certificate));
  }

  /** A server's context with a certificate for these names or IPv4 addresses. */
  public SSLContext serverContext(String... names) {
    try {
      KeyPair serverKeys = newKeys();
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "server",
          serverKeys.getPrivate(),
          NO_PASSWORD,
          new Certificate[] {issue("CN=Test server", serverKeys, false, names), certificate});
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(store, NO_PASSWORD);
      KeyStore authorities = emptyStore();
      authorities.setCertificateEntry("ca", certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client's certificate and key as PEM files. */
  public ClientFiles clientFiles() {
    KeyPair clientKeys = newKeys();
    X509Certificate client = issue("CN=Test client", clientKeys, false);
    return new ClientFiles(
        writePem("client.pem", "CERTIFICATE", encoded(client)),
        writePem("client.key", "PRIVATE KEY", clientKeys.getPrivate().getEncoded()));
  }

  private X509Certificate issue(String name, KeyPair subject, boolean isCa, String... names) {
    try {
      // Real time: the TLS stack looks at the clock of the machine.
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=Test CA"),
              BigInteger.valueOf(serial++),
              Date.from(now.minus(VALIDITY)),
              Date.from(now.plus(VALIDITY)),
              new X500Principal(name),
              subject.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
      if (names.length > 0) {
        GeneralName[] alternatives =
            Arrays.stream(names).map(TestTlsAuthority::generalName).toArray(GeneralName[]::new);
        builder.addExtension(
            Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName generalName(String name) {
    boolean isAddress = name.matches("[0-9.]+");
    return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path writePem(String name, String type, byte[] der) {
    String pem =
        "-----BEGIN "
            + type
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + type
            + "-----\n";
    try {
      return Files.writeString(folder.resolve(name), pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

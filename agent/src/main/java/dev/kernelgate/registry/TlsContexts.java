// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.registry.RegistrySettings.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Builds TLS contexts from PEM files, each at most {@link #MAX_FILE_BYTES}. */
final class TlsContexts {

  /** Largest PEM file; a system's whole CA bundle has about 250 KB. */
  static final int MAX_FILE_BYTES = 1024 * 1024;

  private static final char[] NO_PASSWORD = new char[0];

  private TlsContexts() {}

  /**
   * A context that trusts the JDK's authorities and those of the file.
   *
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if a file is not what it should be
   */
  static SSLContext of(Optional<Path> caFile, Optional<ClientCertificate> client)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        client.isPresent() ? keyManagers(client.get()) : new KeyManager[0],
        trustManagers(caFile),
        null);
    return context;
  }

  private static TrustManager[] trustManagers(Optional<Path> caFile)
      throws IOException, GeneralSecurityException {
    KeyStore jdkDefaults = null;
    TrustManagerFactory defaults = factory(jdkDefaults);
    if (caFile.isEmpty()) {
      return defaults.getTrustManagers();
    }
    KeyStore merged = emptyStore();
    int entry = 0;
    for (TrustManager manager : defaults.getTrustManagers()) {
      if (manager instanceof X509TrustManager trust) {
        for (X509Certificate authority : trust.getAcceptedIssuers()) {
          merged.setCertificateEntry("jdk-" + entry++, authority);
        }
      }
    }
    for (Certificate authority : certificates(caFile.get())) {
      merged.setCertificateEntry("file-" + entry++, authority);
    }
    return factory(merged).getTrustManagers();
  }

  private static TrustManagerFactory factory(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return factory;
  }

  private static KeyManager[] keyManagers(ClientCertificate client)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        privateKey(client.keyFile()),
        NO_PASSWORD,
        certificates(client.chainFile()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    List<Certificate> certificates =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read(file))));
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException(file + " has no certificate");
    }
    return certificates;
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String pem = new String(read(file), StandardCharsets.US_ASCII);
    String begin = "-----BEGIN PRIVATE KEY-----";
    int start = pem.indexOf(begin);
    int end = pem.indexOf("-----END PRIVATE KEY-----");
    if (start < 0 || end < start) {
      throw new GeneralSecurityException(file + " has no unencrypted PKCS #8 key");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException _) {
        // A key of another algorithm; the JDK offers no way to ask which.
      }
    }
    throw new GeneralSecurityException(file + " has a key of an unknown algorithm");
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
      }
      return bytes;
    }
  }
}

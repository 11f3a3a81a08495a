// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.oci.Repository;
import dev.kernelgate.registry.RegistrySettings.Security;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The HTTP clients, made when first needed and kept: one for each registry that is configured, two
 * where it wants a client certificate, and one for all others. Owns them, guarded by a lock.
 */
final class Connections implements AutoCloseable {

  // Also bounded by the deadline; this only lets a mirror that drops packets fail in time.
  private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

  private final Map<String, RegistrySettings> configured = new HashMap<>();
  private final RegistrySettings defaults;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ClientKey, HttpClient> clients = new HashMap<>();

  private boolean closed;

  /** What distinguishes clients; hosts with equal settings share one. */
  private record ClientKey(Security security, ProxySettings proxy) {}

  Connections(List<RegistrySettings> registries, RegistrySettings defaults) {
    registries.forEach(settings -> configured.put(settings.host(), settings));
    this.defaults = defaults;
  }

  /** Where a repository is at the registry that names it. */
  Location origin(Repository repository) throws ProblemException {
    return new Location(connection(settingsFor(repository.registry())), repository.path());
  }

  /**
   * Where it is at one of the mirrors of its registry.
   *
   * @param mirror as configured, {@code host[:port][/path-prefix]}
   */
  Location mirror(String mirror, Repository repository) throws ProblemException {
    int slash = mirror.indexOf('/');
    String host = slash < 0 ? mirror : mirror.substring(0, slash);
    String prefix = slash < 0 ? "" : mirror.substring(slash + 1) + "/";
    return new Location(connection(settingsFor(host)), prefix + repository.path());
  }

  /** The mirrors of a registry, in order. */
  List<String> mirrorsOf(Repository repository) throws ProblemException {
    return settingsFor(repository.registry()).mirrors();
  }

  private RegistrySettings settingsFor(String host) throws ProblemException {
    if (!RegistryHost.isValid(host)) {
      throw new ProblemException(
          Reason.INVALID_REFERENCE, Untrusted.quote(host) + " is no address of a registry");
    }
    return Optional.ofNullable(configured.get(host)).orElseGet(() -> defaults.forHost(host));
  }

  private Connection connection(RegistrySettings settings) throws ProblemException {
    lock.lock();
    try {
      if (closed) {
        throw new ProblemException(Reason.REGISTRY_UNREACHABLE, "kernelgate is shutting down");
      }
      HttpClient own = client(settings.security(), settings.proxy());
      HttpClient foreign = client(withoutClientCertificate(settings.security()), settings.proxy());
      return new Connection(settings, own, foreign);
    } catch (IOException | GeneralSecurityException e) {
      throw new ProblemException(
          Reason.REGISTRY_UNREACHABLE,
          "the certificate files for "
              + settings.host()
              + " cannot be used: "
              + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    } finally {
      lock.unlock();
    }
  }

  private static Security withoutClientCertificate(Security security) {
    return switch (security) {
      case Security.Tls tls -> new Security.Tls(tls.caFile(), Optional.empty());
      case Security.PlainHttp plain -> plain;
    };
  }

  private HttpClient client(Security security, ProxySettings proxy)
      throws IOException, GeneralSecurityException {
    ClientKey key = new ClientKey(security, proxy);
    HttpClient known = clients.get(key);
    if (known != null) {
      return known;
    }
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIME)
            .proxy(proxy.selector());
    switch (security) {
      case Security.Tls tls -> builder.sslContext(TlsContexts.of(tls.caFile(), tls.client()));
      case Security.PlainHttp _ -> {
        // A redirect or token service with TLS is checked against the JDK's trust store.
      }
    }
    HttpClient client = builder.build();
    clients.put(key, client);
    return client;
  }

  /** Hangs up every connection at once. */
  @Override
  public void close() {
    lock.lock();
    try {
      List<HttpClient> open = new ArrayList<>(clients.values());
      clients.clear();
      closed = true;
      open.forEach(HttpClient::shutdownNow);
    } finally {
      lock.unlock();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.kernelgate.kernel.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A real registry on loopback. It serves a fixture store and whatever a test adds, notes every
 * request, and misbehaves where told to. Each request runs on a virtual thread.
 */
public final class TestRegistry implements AutoCloseable {

  /** The media type of an OCI index. */
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** The media type of an OCI manifest. */
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryContent content = new RegistryContent();
  private final RegistryRoutes routes = new RegistryRoutes(content);
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, ConcurrentLinkedQueue<Fault>> passingFaults = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<SeenRequest> seen = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * A request that arrived.
   *
   * @param path path and query as sent
   * @param authorization the header of that name, empty when there was none
   * @param userAgent the header of that name
   */
  public record SeenRequest(
      String method, String path, Optional<String> authorization, String userAgent) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private TestRegistry(HttpServer server) {
    this.server = server;
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** An empty registry over plain HTTP. */
  public static TestRegistry start() {
    try {
      return new TestRegistry(HttpServer.create(loopback(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The registry of the kernels that real cosign signed, over plain HTTP. */
  public static TestRegistry ofFixtures() {
    TestRegistry registry = start();
    registry.content.addStore(Fixtures.store());
    return registry;
  }

  /** An empty registry over TLS. */
  public static TestRegistry startTls(SSLContext context) {
    return startTls(context, false);
  }

  /** An empty registry over TLS that wants a client certificate. */
  public static TestRegistry startMutualTls(SSLContext context) {
    return startTls(context, true);
  }

  private static TestRegistry startTls(SSLContext context, boolean needsClient) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ssl = context.getDefaultSSLParameters();
              ssl.setNeedClientAuth(needsClient);
              parameters.setSSLParameters(ssl);
            }
          });
      return new TestRegistry(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Address and port, as references name the registry. */
  public String host() {
    return "127.0.0.1:" + port();
  }

  /** What an agent has to be told to judge what is here by the fixtures' trust root. */
  public String configuration() {
    return """
    trustRoots:
      - file: %1$s
    registries:
      - host: %2$s
        plainHttp: true
    policy:
      rules:
        - name: fixtures
          images: ["%2$s/**"]
          signers:
            - issuer: https://token.actions.githubusercontent.com
              identity: https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main
              githubRepository: edera-dev/linux-kernel-oci
    """
        .formatted(Fixtures.root().resolve("trust/trusted_root.json").toAbsolutePath(), host());
  }

  /**
   * Writes a configuration file for an agent that asks this registry.
   *
   * @param directory where {@code kernelgate.yaml} is put, over one that is there
   * @param more what else is in it: lines of its policy first, then sections
   */
  public Path configure(Path directory, String more) throws IOException {
    return Files.writeString(directory.resolve("kernelgate.yaml"), configuration() + more);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Adds a store in the fixtures' form. */
  public void addStore(Path store) {
    content.addStore(store);
  }

  /** Adds a blob. */
  public Digest putBlob(byte[] bytes) {
    return content.putBlob(bytes);
  }

  /** Adds a manifest without a tag. */
  public Digest putManifest(String repository, String mediaType, byte[] bytes) {
    return content.putManifest(repository, mediaType, bytes);
  }

  /** Adds a manifest and lets the tag point to it. */
  public Digest putManifest(String repository, String tag, String mediaType, byte[] bytes) {
    Digest digest = content.putManifest(repository, mediaType, bytes);
    content.tag(repository, tag, digest);
    return digest;
  }

  /** Gives a repository the referrers API. */
  public void enableReferrers(String repository) {
    content.enableReferrers(repository);
  }

  /** Splits lists of referrers into pages of that many entries. */
  public void pageReferrersBy(int entries) {
    routes.pageReferrersBy(entries);
  }

  /** Sets whom it lets in; everybody, unless set. */
  public void allow(Access access) {
    routes.allow(access);
  }

  /** Answers every request to the path, query left away, with the fault. */
  public void misbehave(String path, Fault fault) {
    faults.put(path, fault);
  }

  /** Answers the next requests to the path with these faults, one each, then as usual. */
  public void misbehaveOnce(String path, Fault... oneEach) {
    passingFaults.put(path, new ConcurrentLinkedQueue<>(List.of(oneEach)));
  }

  /** Answers every request to any path with the fault. */
  public void misbehaveEverywhere(Fault fault) {
    faults.put("*", fault);
  }

  /** Method and path of every request so far, in the order of arrival. */
  public List<String> requests() {
    return seen.stream().map(SeenRequest::toString).toList();
  }

  /** Every request so far. */
  public List<SeenRequest> seen() {
    return List.copyOf(seen);
  }

  /** Forgets the requests so far. */
  public void forgetRequests() {
    seen.clear();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      seen.add(
          new SeenRequest(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("User-Agent")).orElse("")));
      Optional<Fault> fault = faultFor(path);
      if (fault.isPresent()) {
        fault.get().answer(exchange, closed);
      } else {
        routes.answer(exchange);
      }
    } catch (IOException _) {
      // The client hung up, which is what many tests are about.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Fault> faultFor(String path) {
    ConcurrentLinkedQueue<Fault> passing = passingFaults.get(path);
    return Optional.ofNullable(passing == null ? null : passing.poll())
        .or(() -> Optional.ofNullable(faults.get(path)))
        .or(() -> Optional.ofNullable(faults.get("*")));
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}

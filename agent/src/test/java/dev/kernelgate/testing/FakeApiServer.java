// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Kubernetes API server on loopback, as far as kernelgate uses one: list and watch of a node's
 * pods, strategic merge patches of a node's status, events. It grants what the manifests grant,
 * answers as strictly as the real one, notes every request, and fails where told to. Each request
 * runs on a virtual thread.
 */
public final class FakeApiServer implements AutoCloseable {

  private static final String NODE_SELECTOR = "spec.nodeName=";

  private final FakeCluster cluster = new FakeCluster();
  private final FakeSecrets secrets = new FakeSecrets();
  private final HttpServer server;
  private final FakeRole role;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final Set<String> usedRights = ConcurrentHashMap.newKeySet();
  private volatile Optional<String> token = Optional.empty();
  private volatile int outage;

  /** A request that arrived, and its answer's status. */
  public record Seen(String method, String path, String query, int status) {}

  private FakeApiServer(HttpServer server, FakeRole role) {
    this.server = server;
    this.role = role;
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A server that grants what every deployment does. */
  public static FakeApiServer start() {
    return granting(FakeRole.base());
  }

  /** A server that grants this. */
  public static FakeApiServer granting(FakeRole role) {
    try {
      return new FakeApiServer(
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), role);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * A kubeconfig that leads here.
   *
   * @param user the user's credentials, as YAML
   */
  public String kubeconfig(String user) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: test, cluster: {server: "%s"}}]
    users: [{name: agent, user: %s}]
    contexts: [{name: test, context: {cluster: test, user: agent}}]
    current-context: test
    """
        .formatted(url(), user);
  }

  /** Creates or replaces a pod. */
  public void putPod(TestPod pod) {
    cluster.putPod(pod.toJson());
  }

  public void deletePod(String namespace, String name) {
    cluster.deletePod(namespace, name);
  }

  /** Creates or replaces a pod without telling the open watches. */
  public void putPodUnheard(TestPod pod) {
    cluster.changeUnheard(() -> cluster.putPod(pod.toJson()));
  }

  /** Forgets the history and ends the watches; the next watch is answered with 410. */
  public void compact() {
    cluster.compact();
    cluster.endWatches();
  }

  /** Sends a line to the open watches, whatever it is. */
  public void sendToWatches(String line) {
    cluster.sendToWatches(line);
  }

  /** Breaks the connections of the open watches in the middle of their next line. */
  public void breakNextLine() {
    cluster.breakNextLine();
  }

  /** Tells the open watches the current version. */
  public void bookmark() {
    cluster.bookmark();
  }

  public void endWatches() {
    cluster.endWatches();
  }

  public int openWatches() {
    return cluster.openWatches();
  }

  /** From now on every request is answered with this status, and no watch is open. */
  public void fail(int status) {
    outage = status;
    cluster.endWatches();
  }

  /** Ends what {@link #fail} began. */
  public void recover() {
    outage = 0;
  }

  /** From now on requests need this bearer token; open watches stay, as on the real one. */
  public void requireToken(String value) {
    token = Optional.of(value);
  }

  /** A condition of a node as patches have left it. */
  public Optional<JsonTree> condition(String node, String type) {
    return cluster.condition(node, type).map(found -> JsonTree.parse(found.toString()));
  }

  /** The events that were created, in order. */
  public List<JsonTree> events() {
    return cluster.events().all().stream().map(event -> JsonTree.parse(event.toString())).toList();
  }

  /** Creates a node, or makes it anew without taints. */
  public void putNode(String name) {
    cluster.nodes().put(name);
  }

  public void taint(String node, String key, String effect) {
    cluster.nodes().taint(node, key, effect);
  }

  /** Each as {@code key:effect}. */
  public List<String> taints(String node) {
    return cluster.nodes().taints(node);
  }

  /** Changes something after a node was read and before it is patched. */
  public void beforeNextPatch(Runnable change) {
    cluster.nodes().beforeNextPatch(change);
  }

  public FakeSecrets secrets() {
    return secrets;
  }

  /** Forgets the events, as the real one does after an hour. */
  public void forgetEvents() {
    cluster.events().forgetAll();
  }

  /** The rights that were needed so far. */
  public Set<String> usedRights() {
    return Set.copyOf(usedRights);
  }

  /** What arrived, in order. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** How many requests of this method arrived. */
  public long count(String method) {
    return seen.stream().filter(request -> request.method().equals(method)).count();
  }

  @Override
  public void close() {
    cluster.endWatches();
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        refuseIfDown(exchange);
        serve(exchange);
      } catch (FakeRefusal e) {
        answer(exchange, e.status(), status(e.status(), String.valueOf(e.getMessage())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseIfDown(HttpExchange exchange) throws FakeRefusal {
    if (outage != 0) {
      throw new FakeRefusal(outage, "the API server is out of order");
    }
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (token.isPresent() && !sent.equals("Bearer " + token.get())) {
      throw new FakeRefusal(401, "Unauthorized");
    }
  }

  private void serve(HttpExchange exchange) throws FakeRefusal, IOException, InterruptedException {
    FakeApiRequest request =
        FakeApiRequest.of(exchange).orElseThrow(() -> new FakeRefusal(404, "no such path"));
    if (!role.rights().contains(request.right())) {
      throw new FakeRefusal(403, "the role does not grant " + request.right());
    }
    usedRights.add(request.right());
    switch (request.right()) {
      case "list pods" -> answer(exchange, 200, cluster.list(nodeOf(request)));
      case "watch pods" -> watch(exchange, request);
      case "patch nodes/status" -> answer(exchange, 200, cluster.patchStatus(request));
      case "get secrets" -> answer(exchange, 200, secrets.get(request));
      case "get nodes" -> answer(exchange, 200, cluster.nodes().get(request));
      case "patch nodes" -> answer(exchange, 200, cluster.nodes().patch(request));
      case "create events.events.k8s.io" -> answer(exchange, 201, cluster.events().create(request));
      case "patch events.events.k8s.io" -> answer(exchange, 200, cluster.events().patch(request));
      default -> throw new FakeRefusal(405, "not done here: " + request.right());
    }
  }

  private static String nodeOf(FakeApiRequest request) throws FakeRefusal {
    String selector = request.query().getOrDefault("fieldSelector", "");
    if (!selector.startsWith(NODE_SELECTOR)) {
      throw new FakeRefusal(403, "only the pods of one node");
    }
    return selector.substring(NODE_SELECTOR.length());
  }

  private void watch(HttpExchange exchange, FakeApiRequest request)
      throws FakeRefusal, IOException, InterruptedException {
    long after = Long.parseLong(request.query().getOrDefault("resourceVersion", "0"));
    Optional<FakeWatch> watch = cluster.watch(nodeOf(request), after);
    note(exchange, 200);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    if (watch.isEmpty()) {
      String gone = status(410, "too old resource version");
      exchange.getResponseBody().write(utf8("{\"type\":\"ERROR\",\"object\":" + gone + "}\n"));
      return;
    }
    exchange.getResponseBody().flush();
    try {
      watch.get().run(exchange.getResponseBody());
    } finally {
      cluster.close(watch.get());
    }
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    note(exchange, status);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, 0);
    exchange.getResponseBody().write(utf8(body));
  }

  private void note(HttpExchange exchange, int status) {
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    seen.add(
        new Seen(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), query, status));
  }

  private static String status(int code, String message) {
    return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":%d,"
            .formatted(code)
        + "\"message\":\"%s\"}".formatted(message.replace('"', '\''));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

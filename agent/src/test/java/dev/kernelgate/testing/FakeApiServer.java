// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Kubernetes API server on loopback, as far as kernelgate uses one: list and watch of a node's
 * pods, strategic merge patches of a node's status, events. It answers as strictly as the real one,
 * allows what the roles in {@code daemonset/} allow, notes every request, and fails where told to.
 * Each request runs on a virtual thread.
 */
public final class FakeApiServer implements AutoCloseable {

  private static final Pattern NODE_STATUS = Pattern.compile("/api/v1/nodes/([^/]+)/status");
  private static final Pattern EVENTS =
      Pattern.compile("/apis/events\\.k8s\\.io/v1/namespaces/([^/]+)/events");
  private static final String NODE_SELECTOR = "spec.nodeName=";

  private final FakeCluster cluster = new FakeCluster();
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> rights = DeployedRights.ofEverything();
  private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
  private volatile Optional<String> token = Optional.empty();
  private volatile int outage;

  /** A request that arrived, and its answer's status. */
  public record Seen(String method, String path, String query, int status) {}

  /** An answer that refuses the request. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private FakeApiServer(HttpServer server) {
    this.server = server;
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeApiServer start() {
    try {
      return new FakeApiServer(
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
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
    return cluster.events().stream().map(event -> JsonTree.parse(event.toString())).toList();
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
        route(exchange);
      } catch (Refusal e) {
        answer(exchange, e.status, status(e.status, String.valueOf(e.getMessage())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseIfDown(HttpExchange exchange) throws Refusal {
    if (outage != 0) {
      throw new Refusal(outage, "the API server is out of order");
    }
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (token.isPresent() && !sent.equals("Bearer " + token.get())) {
      throw new Refusal(401, "Unauthorized");
    }
  }

  private void route(HttpExchange exchange) throws Refusal, IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    Matcher nodeStatus = NODE_STATUS.matcher(path);
    Matcher events = EVENTS.matcher(path);
    String method = exchange.getRequestMethod();
    String right = DeployedRights.neededFor(method, exchange.getRequestURI());
    if (!rights.contains(right)) {
      throw new Refusal(403, "kernelgate's roles do not allow it to " + right);
    }
    if (method.equals("GET") && path.equals("/api/v1/pods")) {
      pods(exchange, query(exchange));
    } else if (method.equals("PATCH") && nodeStatus.matches()) {
      patch(exchange, nodeStatus.group(1));
    } else if (method.equals("POST") && events.matches()) {
      event(exchange, events.group(1));
    } else {
      throw new Refusal(501, "this server knows no " + method + " " + path);
    }
  }

  private void pods(HttpExchange exchange, Map<String, String> query)
      throws Refusal, IOException, InterruptedException {
    String selector = query.getOrDefault("fieldSelector", "");
    if (!selector.startsWith(NODE_SELECTOR)) {
      throw new Refusal(403, "only the pods of one node");
    }
    String node = selector.substring(NODE_SELECTOR.length());
    if (!query.getOrDefault("watch", "false").equals("true")) {
      answer(exchange, 200, cluster.list(node));
      return;
    }
    long after = Long.parseLong(query.getOrDefault("resourceVersion", "0"));
    Optional<FakeWatch> watch = cluster.watch(node, after);
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

  private void patch(HttpExchange exchange, String node) throws Refusal, IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (!"application/strategic-merge-patch+json".equals(type)) {
      throw new Refusal(415, "not the patch that leaves other conditions alone: " + type);
    }
    cluster.mergeConditions(node, body(exchange));
    answer(exchange, 200, "{\"kind\":\"Node\",\"apiVersion\":\"v1\"}");
  }

  private void event(HttpExchange exchange, String namespace) throws Refusal, IOException {
    JsonObject event = body(exchange);
    Optional<String> broken = FakeEventRules.firstBroken(event, namespace);
    if (broken.isPresent()) {
      throw new Refusal(422, broken.get());
    }
    cluster.addEvent(event);
    answer(exchange, 201, event.toString());
  }

  private static JsonObject body(HttpExchange exchange) throws Refusal, IOException {
    JsonElement element =
        JsonParser.parseString(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    if (!element.isJsonObject()) {
      throw new Refusal(400, "not an object");
    }
    return element.getAsJsonObject();
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

  private static Map<String, String> query(HttpExchange exchange) {
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> pair.contains("="))
        .collect(
            Collectors.toMap(
                pair -> pair.substring(0, pair.indexOf('=')),
                pair -> pair.substring(pair.indexOf('=') + 1),
                (_, last) -> last));
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

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(10)
final class SocketServerTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

  @TempDir private Path directory;
  private final FakeGate gate = new FakeGate();
  private Path socket = Path.of("");
  private Optional<SocketServer> server = Optional.empty();

  @BeforeEach
  void nameTheSocket() {
    socket = directory.resolve("run").resolve("gate.sock");
  }

  @AfterEach
  void close() throws IOException {
    gate.letGo.countDown();
    if (server.isPresent()) {
      server.get().close();
    }
  }

  @Test
  void answersEveryVerdictWithItsStatusAndHeaders() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertDecision(client.get("/v1/decide?image=trusted"), 200, "true", "SignedIndex");
      assertDecision(client.get("/v1/decide?image=rejected"), 403, "false", "NoSignature");
      assertDecision(client.get("/v1/decide?image=audited"), 200, "true", "NoSignature");
      Response open = client.get("/v1/decide?image=undetermined");
      assertDecision(open, 503, "false", "RegistryUnreachable");
      assertThat(open.headers()).containsEntry("retry-after", "5");
    }
  }

  @Test
  void showsTheSameFieldsInEveryAnswer() throws IOException {
    open(settings(everything()));
    gate.book.replacePods(
        Map.of(
            new PodIdentity("u-1", "default", "web-1"),
            new AskedKernel.Image("rejected"),
            new PodIdentity("", "default", "new"),
            new AskedKernel.NodeDefault()));
    StringBuilder bodies = new StringBuilder();
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      for (String target :
          List.of(
              "/v1/decide?image=trusted",
              "/v1/decide?image=audited",
              "/v1/decide?variant=stable",
              "/v1/decide",
              "/v1/decide?image=a&image=b",
              "/v1/decide?imgae=a",
              "/v1/verdicts",
              "/v1/verdicts/" + FakeGate.DIGEST,
              "/v1/verdicts/sha256:" + "0".repeat(64),
              "/v1/verdicts/latest",
              "/v1/status",
              "/healthz",
              "/readyz",
              "/")) {
        Response response = client.get(target);
        bodies.append("GET %s -> %d%n%s".formatted(target, response.status(), response.body()));
      }
      client.post(
          "/v1/decide",
          "{\"image\":\"rejected\",\"pod\":{\"uid\":\"u-1\",\"namespace\":\"default\",\"name\":\"web-1\"}}");
      assertThat(client.get("/v1/pods").body())
          .contains("\"name\":\"web-1\"", "\"reason\":\"NoSignature\"", "\"reason\":\"Pending\"");
    }
    Golden.assertMatches("socket/bodies.txt", bodies.toString());
  }

  @Test
  void passesOnEverythingThatAPostNames() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      Response response =
          client.post(
              "/v1/decide",
              "{\"variant\":\"stable\",\"digest\":\"%s\",\"deadlineMillis\":1000,\"pod\":{\"uid\":\"u\",\"namespace\":\"ns\",\"name\":\"n\"}}"
                  .formatted(FakeGate.DIGEST));
      assertThat(response.status()).isEqualTo(200);
    }
    assertThat(gate.requests)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.kernel()).isEqualTo(new AskedKernel.Variant("stable"));
              assertThat(request.bootDigest()).contains(FakeGate.DIGEST);
              assertThat(request.pod()).contains(new PodIdentity("u", "ns", "n"));
            });
    assertThat(gate.peers)
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.uid()).isEqualTo(ownUid());
              assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
            });
  }

  record Body(String name, String body, String detail) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Body> bodies() {
    return Stream.of(
        new Body("nothing", "", "the body"),
        new Body("no object", "[]", "does not start with an object"),
        new Body("no kernel", "{}", "exactly one of image, variant and default=true"),
        new Body("two kernels", "{\"image\":\"a\",\"default\":true}", "exactly one"),
        new Body("default false", "{\"default\":false}", "exactly one"),
        new Body("unknown member", "{\"image\":\"a\",\"digset\":\"x\"}", "'digset' is not known"),
        new Body("duplicate member", "{\"image\":\"a\",\"image\":\"b\"}", "not strict JSON"),
        new Body("wrong type", "{\"image\":1}", "image is not a string"),
        new Body("short digest", "{\"image\":\"a\",\"digest\":\"sha256:12\"}", "digest is not"),
        new Body("no time", "{\"image\":\"a\",\"deadlineMillis\":0}", "between 1 and 60000"),
        new Body("too much time", "{\"image\":\"a\",\"deadlineMillis\":60001}", "between 1 and"),
        new Body("pod without name", "{\"image\":\"a\",\"pod\":{\"namespace\":\"n\"}}", "pod.name"),
        new Body(
            "pod with control character",
            "{\"image\":\"a\",\"pod\":{\"namespace\":\"n\",\"name\":\"a\\nb\"}}",
            "no Kubernetes name"),
        new Body("deep nesting", "{\"image\":" + "[".repeat(100), "the body"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void refusesAMalformedBody(Body malformed) throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      Response response = client.post("/v1/decide", malformed.body());
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.headers())
          .containsEntry("content-type", "application/problem+json")
          .containsEntry("kernelgate-boot", "false");
      assertThat(response.body()).contains(malformed.detail(), "MalformedRequest");
      assertThat(client.get("/healthz").status()).isEqualTo(200);
    }
    assertThat(gate.requests).isEmpty();
  }

  @Test
  void tellsAForeignPeerNothingButThatItIsForeign() throws IOException {
    open(settings(PeerRights.NOBODY));
    for (String target :
        List.of("/v1/decide?image=trusted", "/v1/status", "/healthz", "/nothing")) {
      try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
        Response response = client.get(target);
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).contains("\"reason\":\"ForeignPeer\"");
      }
    }
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.send("nonsense\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(403);
      assertThat(client.endsSilently()).isTrue();
    }
    assertThat(gate.requests).isEmpty();
  }

  @Test
  void keepsTheRightsApart() throws IOException {
    open(settings(new PeerRights(Map.of(ownUid(), Set.of(Right.READ)), Map.of())));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertThat(client.get("/v1/pods").status()).isEqualTo(200);
      assertThat(client.get("/v1/decide?image=trusted").status()).isEqualTo(403);
    }
  }

  @Test
  void refusesBrowsersAndOtherMethods() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.send("GET /healthz HTTP/1.1\r\nOrigin: http://a.example\r\n\r\n");
      assertThat(client.read().body()).contains("BrowserRequest");
      client.send("GET /healthz HTTP/1.1\r\nReferer: http://a.example/\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(403);
      Response response = client.post("/v1/pods", "{}");
      assertThat(response.status()).isEqualTo(405);
      assertThat(response.headers()).containsEntry("allow", "GET");
    }
  }

  @Test
  void saysWhenItIsNotReady() throws IOException {
    open(settings(everything()));
    gate.isReady = false;
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertThat(client.get("/readyz").status()).isEqualTo(503);
      assertThat(client.get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void answersAHangingCheckWithinItsDeadline() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      for (int millis : List.of(1, 20, 300)) {
        long start = System.nanoTime();
        Response response = client.get("/v1/decide?image=hanging&deadlineMillis=" + millis);
        assertDecision(response, 503, "false", "DeadlineExceeded");
        if (millis == 300) {
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isLessThan(Duration.ofMillis(300));
        }
      }
    }
  }

  @Test
  void answersWhatIsRememberedWithoutACheck() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertDecision(client.get("/v1/decide?image=known"), 403, "false", "NoSignature");
    }
    assertThat(gate.requests).isEmpty();
  }

  @Test
  void answersAFailingCheckAsUndetermined() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertDecision(client.get("/v1/decide?image=broken"), 503, "false", "InternalError");
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    open(settings(everything()));
    int count = 5000;
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      Thread _ =
          Thread.ofVirtual()
              .start(
                  () ->
                      client.send(
                          (get("/healthz") + get("/v1/decide?image=rejected")).repeat(count)));
      for (int i = 0; i < count; i++) {
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(client.read().status()).isEqualTo(403);
      }
    }
  }

  @Test
  void answersAPeerThatHasEndedSending() throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.send(get("/v1/decide?image=trusted"));
      client.endSending();
      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.endsSilently()).isTrue();
    }
  }

  record Abuse(String name, String bytes, int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Abuse> abuses() {
    return Stream.of(
        new Abuse("garbage", "\u0000\u0001\u0002\r\n\r\n", 400),
        new Abuse("no version", "GET /healthz\r\n\r\n", 400),
        new Abuse("long request line", "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n", 431),
        new Abuse("long header", "GET / HTTP/1.1\r\nA: " + "a".repeat(9000) + "\r\n\r\n", 431),
        new Abuse("many headers", "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(3000) + "\r\n", 431),
        new Abuse("negative length", "POST /v1/decide HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        new Abuse(
            "long body",
            "POST /v1/decide HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + " ".repeat(20000),
            413),
        new Abuse(
            "endless chunks",
            "POST /v1/decide HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("1000\r\n" + "a".repeat(4096) + "\r\n").repeat(5),
            413));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("abuses")
  void refusesAbuseAndEndsTheConnection(Abuse abuse) throws IOException {
    open(settings(everything()));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.send(abuse.bytes());
      Response response = client.read();
      assertThat(response.status()).isEqualTo(abuse.status());
      assertThat(response.headers()).containsEntry("connection", "close");
      assertThat(client.endsSilently()).isTrue();
    }
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertThat(client.get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void endsARequestThatArrivesTooSlowly() throws IOException {
    open(settings(everything(), 16, SHORT, Duration.ofMinutes(1)));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.send("GET /healthz HT");
      assertThat(client.read().status()).isEqualTo(408);
      assertThat(client.endsSilently()).isTrue();
    }
  }

  @Test
  void endsAConnectionThatIsIdleTooLong() throws IOException {
    open(settings(everything(), 16, Duration.ofMillis(40), SHORT));
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertThat(client.get("/healthz").status()).isEqualTo(200);
      assertThat(client.endsSilently()).isTrue();
    }
  }

  @Test
  void makesRoomByEndingTheLongestIdleConnection() throws IOException {
    open(settings(everything(), 2, Duration.ofSeconds(10), Duration.ofMinutes(1)));
    try (UnixHttpClient first = UnixHttpClient.connect(socket);
        UnixHttpClient second = UnixHttpClient.connect(socket)) {
      assertThat(first.get("/healthz").status()).isEqualTo(200);
      assertThat(second.get("/healthz").status()).isEqualTo(200);
      try (UnixHttpClient third = UnixHttpClient.connect(socket)) {
        assertThat(third.get("/healthz").status()).isEqualTo(200);
        assertThat(first.endsSilently()).isTrue();
        assertThat(second.get("/healthz").status()).isEqualTo(200);
      }
    }
  }

  private void open(SocketSettings settings) throws IOException {
    server = Optional.of(SocketServer.open(settings, gate, System::nanoTime));
  }

  private SocketSettings settings(PeerRights rights) {
    return SocketSettings.at(socket, MODE, Optional.empty(), rights, Duration.ofSeconds(10));
  }

  private SocketSettings settings(
      PeerRights rights, int maxConnections, Duration requestTime, Duration idleTime) {
    return new SocketSettings(
        socket,
        MODE,
        Optional.empty(),
        rights,
        Duration.ofSeconds(10),
        maxConnections,
        requestTime,
        idleTime);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\n\r\n";
  }

  private static PeerRights everything() {
    return PeerRights.full(Set.of(ownUid()), Set.of());
  }

  private static int ownUid() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new AssertionError("Linux has /proc", e);
    }
  }

  private static void assertDecision(Response response, int status, String boot, String reason) {
    assertThat(response.status()).as(response.body()).isEqualTo(status);
    assertThat(response.headers())
        .containsEntry("kernelgate-boot", boot)
        .containsEntry("kernelgate-reason", reason)
        .containsEntry("content-type", "application/json");
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"");
  }
}

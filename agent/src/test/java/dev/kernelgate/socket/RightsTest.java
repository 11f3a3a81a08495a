// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what: each right opens its own routes and no other. */
@Timeout(20)
final class RightsTest {

  @TempDir private Path directory;

  record Case(String name, String method, String target, Right right) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> routes() {
    return Stream.of(
        new Case("decide by query", "GET", "/v1/decide?image=trusted", Right.DECIDE),
        new Case("manifest", "GET", "/v1/manifests/" + FakeGate.DIGEST, Right.DECIDE),
        new Case("verdicts", "GET", "/v1/verdicts", Right.READ),
        new Case("pods", "GET", "/v1/pods", Right.READ),
        new Case("status", "GET", "/v1/status", Right.READ),
        new Case("health", "GET", "/healthz", Right.READ),
        new Case("readiness", "GET", "/readyz", Right.READ),
        new Case("metrics", "GET", "/metrics", Right.READ),
        new Case("forget", "POST", "/v1/forget", Right.ADMIN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("routes")
  void opensARouteToThoseWhoHaveItsRight(Case route) throws IOException {
    for (Right held : Right.values()) {
      try (TestServer server = TestServer.open(directory, only(held));
          UnixHttpClient client = server.connect()) {
        Response response = ask(client, route);
        assertThat(response.status())
            .as("with the right %s", held)
            .isEqualTo(held == route.right() ? 200 : 403);
        if (held != route.right()) {
          assertThat(response.body()).contains("\"reason\":\"ForeignPeer\"");
          assertNothingHappened(server.gate);
        }
      }
    }
  }

  /** Somebody has the right, but not this user: it learns that, and not even which paths exist. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(Right.class)
  void tellsAForeignUserNothing(Right right) throws IOException {
    int foreign = TestServer.ownUid() + 1;
    PeerRights others = new PeerRights(Map.of(foreign, Set.of(right)), Map.of());
    try (TestServer server = TestServer.open(directory, others);
        UnixHttpClient client = server.connect()) {
      List<String> bodies =
          Stream.concat(routes(), Stream.of(new Case("nothing", "GET", "/nothing", right)))
              .map(route -> ask(client, route))
              .peek(response -> assertThat(response.status()).isEqualTo(403))
              .map(Response::body)
              .distinct()
              .toList();
      assertThat(bodies).singleElement().asString().contains("ForeignPeer");
      assertNothingHappened(server.gate);
    }
  }

  @Test
  void takesAGroupForItsMembers() throws IOException {
    PeerRights group = new PeerRights(Map.of(), Map.of(ownGid(), Set.of(Right.READ)));
    try (TestServer server = TestServer.open(directory, group);
        UnixHttpClient client = server.connect()) {
      assertThat(client.get("/healthz").status()).isEqualTo(200);
      assertThat(client.get("/v1/decide?image=trusted").status()).isEqualTo(403);
    }
  }

  @Test
  void sendsAVerifiedManifestAsItIs() throws IOException {
    try (TestServer server = TestServer.open(directory, TestServer.everything());
        UnixHttpClient client = server.connect()) {
      Response known = client.get("/v1/manifests/" + FakeGate.DIGEST);
      assertThat(known.body()).isEqualTo("{}");
      assertThat(known.headers())
          .containsEntry("content-type", "application/vnd.oci.image.manifest.v1+json")
          .containsEntry("docker-content-digest", FakeGate.DIGEST.toString());
      Response unknown = client.get("/v1/manifests/sha256:" + "0".repeat(64));
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.headers()).containsEntry("content-type", "application/problem+json");
      assertThat(client.get("/v1/manifests/latest").status()).isEqualTo(400);
    }
  }

  @Test
  void forgetsOnlyWhenItIsPosted() throws IOException {
    try (TestServer server = TestServer.open(directory, TestServer.everything());
        UnixHttpClient client = server.connect()) {
      Response got = client.get("/v1/forget");
      assertThat(got.status()).isEqualTo(405);
      assertThat(got.headers()).containsEntry("allow", "POST");
      assertThat(server.gate.forgotten).hasValue(0);
      assertThat(client.post("/v1/forget", "").status()).isEqualTo(200);
      assertThat(server.gate.forgotten).hasValue(1);
    }
  }

  private static PeerRights only(Right right) {
    return new PeerRights(Map.of(TestServer.ownUid(), Set.of(right)), Map.of());
  }

  private static Response ask(UnixHttpClient client, Case route) {
    return route.method().equals("GET")
        ? client.get(route.target())
        : client.post(route.target(), "");
  }

  private static void assertNothingHappened(FakeGate gate) {
    assertThat(gate.requests).isEmpty();
    assertThat(gate.peers).isEmpty();
    assertThat(gate.forgotten).hasValue(0);
  }

  private static int ownGid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
  }
}

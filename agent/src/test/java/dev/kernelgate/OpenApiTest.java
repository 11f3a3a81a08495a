// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.OpenApiDocument;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import dev.kernelgate.verdict.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/openapi.yaml} against the answers of the real agent. */
@Timeout(60)
final class OpenApiTest {

  private static final String UNKNOWN = "sha256:" + "0".repeat(64);

  @TempDir private Path directory;
  private final Set<String> answered = new TreeSet<>();
  private final Set<Integer> statuses = new TreeSet<>();

  @Test
  void describesEveryAnswerOfTheAgent() throws Exception {
    OpenApiDocument document = document();
    SampleNode node = SampleNode.copiedTo(directory);
    Files.writeString(directory.resolve("zone/kernel"), "not the one that is pinned");
    try (Agent _ = TestAgent.start(node.config());
        UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
      String digest = decideAll(document, client);
      for (String path :
          new String[] {
            "/v1/verdicts",
            "/v1/verdicts/" + digest,
            "/v1/verdicts/" + UNKNOWN,
            "/v1/verdicts/latest",
            "/v1/manifests/" + digest,
            "/v1/manifests/" + UNKNOWN,
            "/v1/manifests/latest",
            "/v1/pods",
            "/v1/status",
            "/healthz",
            "/readyz",
            "/metrics",
            "/v1/forget"
          }) {
        get(document, client, path);
        post(document, client, path, "");
      }
    }
    assertThat(answered).isEqualTo(document.operations());
    assertThat(statuses).contains(200, 400, 403, 404, 405, 503);
  }

  @Test
  void describesTheAnswersOfAnAgentThatIsNotReadyOrInAuditMode() throws Exception {
    OpenApiDocument document = document();
    SampleNode node = SampleNode.copiedTo(directory);
    Files.delete(directory.resolve("trusted_root.json"));
    node.setPolicy(
        """

        policy:
          mode: audit
          rules:
            - name: edera-kernels
              images: ["ghcr.io/edera-dev/*-kernel"]
              signers: [{issuer: https://issuer.example, identity: nobody}]
        """);
    try (Agent _ = TestAgent.start(node.config());
        UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
      assertThat(get(document, client, "/readyz").status()).isEqualTo(503);
      get(document, client, "/v1/status");
      get(document, client, "/v1/pods");
      post(document, client, "/v1/decide", "{\"image\": \"elsewhere.example/kernel:1\"}");
    }
  }

  @Test
  void listsEveryReasonThereIs() throws Exception {
    assertThat(document().words("Reason"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::toString).toList());
  }

  /** Every kind of decision; the digest of one that is trusted. */
  private String decideAll(OpenApiDocument document, UnixHttpClient client) {
    Response trusted = post(document, client, "/v1/decide", "{\"variant\": \"stable\"}");
    assertThat(trusted.status()).isEqualTo(200);
    String image = "ghcr.io/edera-dev/zone-kernel:";
    for (String body :
        new String[] {
          "{\"variant\": \"stable\", \"digest\": \"" + UNKNOWN + "\"}",
          "{\"default\": true}",
          "{\"image\": \"elsewhere.example/kernel:1\"}",
          "{\"image\": \"not a reference\"}",
          "{\"image\": \"" + image + "none\", \"deadlineMillis\": 5000}",
          "{}"
        }) {
      post(document, client, "/v1/decide", body);
    }
    get(document, client, "/v1/decide?variant=stable");
    get(document, client, "/v1/decide?image=a&image=b");
    return String.valueOf(trusted.headers().get("kernelgate-digest"));
  }

  private Response get(OpenApiDocument document, UnixHttpClient client, String target) {
    return documented(document, "GET", target, client.get(target));
  }

  /** A method that is not served is the answer of the one that is. */
  private Response post(
      OpenApiDocument document, UnixHttpClient client, String target, String body) {
    return documented(document, "POST", target, client.post(target, body));
  }

  private Response documented(
      OpenApiDocument document, String method, String target, Response response) {
    String served =
        response.status() == 405 ? String.valueOf(response.headers().get("allow")) : method;
    answered.add(document.requireDocumented(served, target, response));
    statuses.add(response.status());
    return response;
  }

  private static OpenApiDocument document() throws Exception {
    return OpenApiDocument.load(Path.of("docs", "openapi.yaml"));
  }
}

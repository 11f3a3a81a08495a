// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A member of a cluster that comes up while its registry is away: connections to it are refused.
 * What an earlier agent kept on the disk speaks for the kernel that is asked for, which is named by
 * digest.
 */
final class RestartedNode implements MeasuredNode {

  private static final String TAGGED = "edera-dev/c-v3-bundle-index:6.15.6";

  private final RehearsedNode node;
  private final String image;

  RestartedNode(Path directory) throws IOException {
    node = new RehearsedNode(directory);
    try (AgentProcess earlier = node.start(List.of())) {
      earlier.firstGood("/readyz");
      image = pinned(earlier, node.registry() + "/" + TAGGED);
      earlier.firstGood(AgentProcess.decision(image));
      Eventually.holds(
          "evidence is on the disk",
          () -> !earlier.answerTo("/metrics").body().contains("kernelgate_evidence_bytes 0.0"));
    }
    node.closeRegistry();
  }

  @Override
  public AgentProcess start(List<String> javaOptions) throws IOException {
    return node.start(javaOptions);
  }

  @Override
  public String launched() {
    return image;
  }

  /** None: with what is kept a check takes as long as it waits for the registry. */
  @Override
  public List<String> images() {
    return List.of();
  }

  @Override
  public void close() {
    node.close();
  }

  private static String pinned(AgentProcess agent, String tagged) {
    String answer = agent.answerTo(AgentProcess.decision(tagged)).body();
    try {
      String digest =
          JsonReader.read(answer.getBytes(StandardCharsets.UTF_8)).requireText("indexDigest");
      return tagged.substring(0, tagged.lastIndexOf(':')) + "@" + digest;
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("no decision: " + answer, e);
    }
  }
}

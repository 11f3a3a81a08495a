// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sample node, copied to where a test may change it. */
public record SampleNode(Path directory) {

  private static final Path ORIGINAL = Path.of("sample-node");
  private static final Pattern POLICY = Pattern.compile("(?m)^policy:\n(  .*\n)*");

  /** Copies it. */
  public static SampleNode copiedTo(Path directory) throws IOException {
    SampleNode node = new SampleNode(directory);
    try (Stream<Path> files = Files.walk(ORIGINAL)) {
      files.filter(Files::isRegularFile).forEach(node::copy);
    }
    return node;
  }

  /** The configuration file. */
  public Path config() {
    return directory.resolve("kernelgate.yaml");
  }

  /** Puts a policy in place of the sample's. */
  public void setPolicy(String section) throws IOException {
    String config = Files.readString(config());
    Files.writeString(config(), POLICY.matcher(config).replaceAll("") + section);
  }

  /** Where an agent with this configuration answers. */
  public Path socket() {
    return directory.resolve("socket/kernelgate.sock");
  }

  /** Makes it a member of a cluster: its pods come from there and no longer from its directory. */
  public void join(FakeApiServer server) throws IOException {
    Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig("{token: secret}"));
    server.requireToken("secret");
    String withoutDirectory = Files.readString(config()).replace("  podManifests: pods\n", "");
    Files.writeString(
        config(), withoutDirectory + "kubernetes: {enabled: true, kubeconfig: kubeconfig}\n");
  }

  private void copy(Path file) {
    try {
      Path target = directory.resolve(ORIGINAL.relativize(file).toString());
      Files.createDirectories(target.resolveSibling(""));
      Files.copy(file, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

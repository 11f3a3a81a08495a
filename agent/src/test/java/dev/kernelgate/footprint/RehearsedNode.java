// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.testing.CosignCase;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.TestTlsAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A node with pods, an API server that has them, and a registry over TLS with the kernels that real
 * cosign signed. The kernels of the pods are in the sample node's layout.
 */
final class RehearsedNode implements MeasuredNode {

  /** A kernel that is trusted, and already known once the pods have been judged. */
  static final String KNOWN_IMAGE = "ghcr.io/edera-dev/zone-kernel:6.15.6";

  private static final String NODE = "node-1";
  private static final int PODS = 15;

  private final FakeApiServer cluster = FakeApiServer.start();
  private final TestRegistry registry;
  private final SampleNode files;

  RehearsedNode(Path directory) throws IOException {
    TestTlsAuthority authority = new TestTlsAuthority(directory);
    registry = TestRegistry.startTls(authority.serverContext("127.0.0.1"));
    registry.addStore(Fixtures.store());
    files = SampleNode.copiedTo(directory.resolve("node"));
    cluster.requireToken("secret");
    for (int pod = 0; pod < PODS; pod++) {
      cluster.putPod(TestPod.named(NODE, "pod-" + pod).with("dev.edera/kernel", KNOWN_IMAGE));
    }
    writeKubeconfig();
    writeConfig(authority.certificateFile());
  }

  /** The agent's configuration on this node. */
  Path config() {
    return files.config();
  }

  Path socket() {
    return files.socket();
  }

  FakeApiServer cluster() {
    return cluster;
  }

  /** Host and port of the registry. */
  String registry() {
    return registry.host();
  }

  /** From now on connections to it are refused. */
  void closeRegistry() {
    registry.close();
  }

  @Override
  public String launched() {
    return KNOWN_IMAGE;
  }

  /** References to kernels in the registry, signed and otherwise. */
  @Override
  public List<String> images() {
    return CosignCase.all().stream()
        .map(one -> registry.host() + "/" + one.reference())
        .distinct()
        .toList();
  }

  @Override
  public AgentProcess start(List<String> javaOptions) throws IOException {
    return AgentProcess.start(config(), socket(), javaOptions, NODE);
  }

  @Override
  public void close() {
    registry.close();
    cluster.close();
  }

  private void writeKubeconfig() throws IOException {
    Files.writeString(
        files.directory().resolve("kubeconfig"), cluster.kubeconfig("{token: secret}"));
  }

  private void writeConfig(Path authority) throws IOException {
    files.setPolicy(
        """
        policy:
          mode: enforce
          rules:
            - name: everything
              images: ["ghcr.io/edera-dev/*-kernel", "%1$s/edera-dev/*"]
              signers:
                - issuer: https://token.actions.githubusercontent.com
                  identity: https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main
                  githubRepository: edera-dev/linux-kernel-oci
        kubernetes: {enabled: true, kubeconfig: kubeconfig}
        log: {format: json}
        registries:
          - {host: "%1$s", caFile: "%2$s"}
        """
            .formatted(registry.host(), authority));
    String config = Files.readString(files.config());
    Files.writeString(
        files.config(),
        config
            .replace("  podManifests: pods\n", "")
            .replace("evidence:\n  enabled: false", "evidence:\n  directory: evidence"));
  }
}

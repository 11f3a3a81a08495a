// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.footprint.PeerSample.Column;
import dev.kernelgate.footprint.Peers.Format;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A process of {@code cosign verify} for each check. Nothing stays, so that a check is a start, and
 * the same question again costs the same.
 *
 * @param format bundles for cosign 3, legacy signatures for cosign 2
 */
record CosignPeer(Path program, Format format) implements Peers.Peer {

  static final String ISSUER = "https://token.actions.githubusercontent.com";
  static final String REPOSITORY = "edera-dev/linux-kernel-oci";
  static final String IDENTITY =
      "https://github.com/" + REPOSITORY + "/.github/workflows/matrix.yml@refs/heads/main";

  private static final int CHECKS = 21;
  private static final int JUNK_CHECKS = 3;

  /** One process: milliseconds, milliseconds, mebibytes at most. */
  private record Run(double wall, double cpu, double resident) {}

  /** Only cosign 2 has to be told to take bundles. */
  static CosignPeer of(Path program) throws IOException {
    Process help =
        new ProcessBuilder(program.toString(), "verify", "--help")
            .redirectErrorStream(true)
            .start();
    String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean isSecond = text.contains("--new-bundle-format");
    return new CosignPeer(program, isSecond ? Format.LEGACY : Format.BUNDLE);
  }

  String name() {
    return switch (format) {
      case BUNDLE -> "cosign 3 process, bundle";
      case LEGACY -> "cosign 2 process, legacy signature";
    };
  }

  @Override
  public PeerSample measure(Peers.Place place) throws IOException, InterruptedException {
    TestRegistry registry = place.registry();
    registry.forgetRequests();
    List<Run> fresh = verify(format.image(registry), place, CHECKS);
    double requests = registry.requests().size() / (double) CHECKS;
    List<Run> junk = verify(format.junk(registry), place, JUNK_CHECKS);
    double wall = PeerSample.medianOf(fresh.stream().map(Run::wall));
    Map<Column, Double> values = new EnumMap<>(Column.class);
    values.put(Column.START, wall);
    values.put(Column.START_RESIDENT, PeerSample.medianOf(fresh.stream().map(Run::resident)));
    values.put(Column.FRESH, wall);
    values.put(Column.FRESH_CPU, PeerSample.medianOf(fresh.stream().map(Run::cpu)));
    values.put(Column.REQUESTS, requests);
    values.put(Column.REPEATED, wall);
    values.put(Column.JUNK, PeerSample.medianOf(junk.stream().map(Run::wall)));
    values.put(Column.RESIDENT, PeerSample.medianOf(junk.stream().map(Run::resident)));
    return new PeerSample(values);
  }

  private List<Run> verify(String image, Peers.Place place, int times)
      throws IOException, InterruptedException {
    List<Run> runs = new ArrayList<>();
    for (int time = 0; time < times; time++) {
      runs.add(verify(image, place));
    }
    return runs;
  }

  private Run verify(String image, Peers.Place place) throws IOException, InterruptedException {
    Path log = place.directory().resolve("cosign.log");
    Path cost = place.directory().resolve("cost");
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/time", "-f", "%U %S %M", "-o", cost.toString()));
    command.addAll(List.of(program.toString(), "verify", "--offline"));
    command.addAll(List.of("--certificate-oidc-issuer", ISSUER));
    command.addAll(List.of("--certificate-identity", IDENTITY));
    command.addAll(List.of("--certificate-github-workflow-repository", REPOSITORY));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().put("SSL_CERT_FILE", place.authority().toString());
    Path trust = Fixtures.root().resolve("trust").toAbsolutePath();
    switch (format) {
      case BUNDLE ->
          command.addAll(List.of("--trusted-root", trust.resolve("trusted_root.json").toString()));
      case LEGACY -> {
        Map<String, String> environment = builder.environment();
        environment.put("SIGSTORE_ROOT_FILE", trust.resolve("fulcio-chain.pem").toString());
        environment.put("SIGSTORE_REKOR_PUBLIC_KEY", trust.resolve("rekor.pub").toString());
        environment.put("SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", trust.resolve("ctfe.pub").toString());
      }
    }
    command.add(image);
    long before = System.nanoTime();
    if (builder.start().waitFor() != 0) {
      throw new IllegalStateException(program + ": " + Files.readString(log));
    }
    double wall = (System.nanoTime() - before) / 1e6;
    String[] costs = Files.readString(cost).strip().split(" ", -1);
    double cpu = (Double.parseDouble(costs[0]) + Double.parseDouble(costs[1])) * 1000;
    return new Run(wall, cpu, Double.parseDouble(costs[2]) / 1024);
  }
}

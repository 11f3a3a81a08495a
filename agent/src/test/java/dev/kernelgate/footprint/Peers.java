// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.TestTlsAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packed agent beside what one could run in its place, in one run against one registry over TLS
 * on loopback: an agent in Go, and a process of {@code cosign} for each check. {@code [--go-agent
 * PROGRAM] [--cosign PROGRAM]...}; prints the table that {@code docs/benchmarks.md} quotes.
 */
final class Peers {

  private static final int ROUNDS = 3;

  /** How the images are signed that a peer is asked about. */
  enum Format {
    /** As published today: an index, by a Sigstore bundle. */
    BUNDLE("c-v3-bundle-index", "x-v3-200-junk-then-valid"),
    /** As cosign 1 and 2 do. */
    LEGACY("b-v2-sig-index", "x-v2-200-junk-then-valid");

    private final String image;
    private final String junk;

    Format(String image, String junk) {
      this.image = image;
      this.junk = junk;
    }

    String image(TestRegistry registry) {
      return registry.host() + "/edera-dev/" + image + ":6.15.6";
    }

    String junk(TestRegistry registry) {
      return registry.host() + "/edera-dev/" + junk + ":6.15.6";
    }
  }

  /**
   * What a round takes place in.
   *
   * @param registry has the images, over TLS
   * @param authority the certificate that vouches for the registry
   * @param directory for the peer's files, empty
   */
  record Place(TestRegistry registry, Path authority, Path directory) {}

  /** What is measured. */
  interface Peer {
    PeerSample measure(Place place) throws IOException, InterruptedException;
  }

  private Peers() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, Peer> peers = peers(List.of(arguments));
    Map<String, List<PeerSample>> samples = new LinkedHashMap<>();
    TestTlsAuthority authority =
        new TestTlsAuthority(Files.createTempDirectory("kernelgate-authority"));
    try (TestRegistry registry = TestRegistry.startTls(authority.serverContext("127.0.0.1"))) {
      registry.addStore(Fixtures.store());
      for (int round = 0; round < ROUNDS; round++) {
        for (Map.Entry<String, Peer> peer : peers.entrySet()) {
          Path directory = Files.createTempDirectory("kernelgate-peers");
          Place place = new Place(registry, authority.certificateFile(), directory);
          PeerSample sample = peer.getValue().measure(place);
          samples.computeIfAbsent(peer.getKey(), _ -> new ArrayList<>()).add(sample);
        }
      }
    }
    System.out.println(PeerSample.heading());
    samples.forEach((name, rounds) -> System.out.println(PeerSample.median(rounds).row(name)));
  }

  private static Map<String, Peer> peers(List<String> arguments) throws IOException {
    Map<String, Peer> peers = new LinkedHashMap<>();
    peers.put("kernelgate, bundle", ResidentPeer.kernelgate(Format.BUNDLE));
    peers.put("kernelgate, legacy signature", ResidentPeer.kernelgate(Format.LEGACY));
    for (int at = 0; at < arguments.size(); at += 2) {
      Path program = Path.of(arguments.get(at + 1)).toAbsolutePath();
      switch (arguments.get(at)) {
        case "--go-agent" -> peers.put("agent in Go, bundle", ResidentPeer.go(program));
        case "--cosign" -> {
          CosignPeer cosign = CosignPeer.of(program);
          peers.put(cosign.name(), cosign);
        }
        default -> throw new IllegalArgumentException(arguments.get(at));
      }
    }
    return peers;
  }
}

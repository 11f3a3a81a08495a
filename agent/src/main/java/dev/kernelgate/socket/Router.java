// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.PodVerdict;
import java.util.Map;

/**
 * Authorises a request and answers whatever needs no check. Stateless; called on the event loop,
 * never blocks.
 */
final class Router {

  /** As registries name it (OCI distribution-spec, "Pulling manifests"). */
  private static final String DIGEST_HEADER = "Docker-Content-Digest";

  private final PeerRights rights;
  private final Gate gate;

  Router(PeerRights rights, Gate gate) {
    this.rights = rights;
    this.gate = gate;
  }

  /**
   * The route that this peer may take with this request. A peer without any right learns nothing,
   * not even which paths there are.
   *
   * @throws RefusedException with what stands against it
   */
  Route authorise(Request request, Peer peer) throws RefusedException {
    if (!rights.know(peer)) {
      throw foreign(peer);
    }
    if (request.isFromBrowser()) {
      throw new RefusedException(Refusal.BROWSER_REQUEST, "it carries Origin or Referer");
    }
    Route route =
        Route.of(request.path())
            .orElseThrow(
                () -> new RefusedException(Refusal.UNKNOWN_PATH, "nothing is served at this path"));
    if (!rights.allow(peer, route.right())) {
      throw foreign(peer);
    }
    if (!route.takes(request.method())) {
      throw RefusedException.method(route);
    }
    return route;
  }

  /** What a refused request is told; a peer without any right is told only that. */
  Answer refusal(RefusedException refused, Peer peer) {
    RefusedException told = rights.know(peer) ? refused : foreign(peer);
    return Answer.refusal(told);
  }

  /**
   * Answers every route but {@link Route#DECIDE}.
   *
   * @throws RefusedException with what is wrong with the request
   */
  Answer look(Route route, Request request) throws RefusedException {
    return switch (route) {
      case DECIDE -> throw new IllegalArgumentException("a decision is no look");
      case MANIFEST -> manifest(route.rest(request.path()));
      case VERDICTS ->
          Answer.json(
              Map.of("verdicts", gate.verdicts().stream().map(Decision::toFields).toList()));
      case VERDICT -> verdict(route.rest(request.path()));
      case PODS ->
          Answer.json(Map.of("pods", gate.pods().stream().map(PodVerdict::toFields).toList()));
      case STATUS -> Answer.json(gate.status());
      case HEALTH -> Answer.json(Map.of("healthy", true));
      case READINESS -> readiness();
      case METRICS -> Answer.document(gate.metrics(), Map.of());
      case FORGET -> forget();
    };
  }

  private Answer manifest(String text) throws RefusedException {
    Digest digest = digest(text);
    return gate.manifest(digest)
        .map(manifest -> Answer.document(manifest, Map.of(DIGEST_HEADER, digest.toString())))
        .orElseThrow(
            () -> new RefusedException(Refusal.UNKNOWN_DIGEST, "no trusted manifest " + digest));
  }

  private Answer forget() {
    gate.forget();
    return Answer.json(Map.of("forgotten", true));
  }

  private Answer verdict(String text) throws RefusedException {
    Digest digest = digest(text);
    return gate.verdict(digest)
        .map(decision -> Answer.json(decision.toFields()))
        .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_DIGEST, "no verdict on " + digest));
  }

  private Answer readiness() throws RefusedException {
    if (!gate.isReady()) {
      throw new RefusedException(Refusal.NOT_READY, "the agent cannot decide yet");
    }
    return Answer.json(Map.of("ready", true));
  }

  private static Digest digest(String text) throws RefusedException {
    return Digest.parse(text)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.MALFORMED_REQUEST,
                    "the path does not end in 'sha256:' and 64 lower-case hexadecimal digits"));
  }

  private static RefusedException foreign(Peer peer) {
    return new RefusedException(
        Refusal.FOREIGN_PEER,
        "uid %d, gid %d has not this right".formatted(peer.uid(), peer.gid()));
  }
}

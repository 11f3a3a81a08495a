// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Untrusted;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code /v1/decide} was asked. Both forms are read strictly: a member that is not known is an
 * error, so that a typing mistake cannot drop the digest that a launcher meant to have compared.
 *
 * @param request the question
 * @param budget the peer's time limit, when it has one
 */
record DecideRequest(KernelRequest request, Optional<Duration> budget) {

  private static final Set<String> MEMBERS =
      Set.of("image", "variant", "default", "digest", "pod", "deadlineMillis");
  private static final Set<String> POD_MEMBERS = Set.of("uid", "namespace", "name");
  private static final Set<String> PARAMETERS =
      Set.of("image", "variant", "default", "digest", "deadlineMillis");

  /** One parameter more than can be right, so that the one too many is seen. */
  private static final QueryStringDecoder.Builder QUERY =
      QueryStringDecoder.builder()
          .maxParams(PARAMETERS.size() + 1)
          .htmlQueryDecoding(false)
          .semicolonIsNormalChar(true);

  /** Longest pod name, namespace or uid; Kubernetes names end at 253 characters. */
  private static final int MAX_POD_TEXT = 253;

  /**
   * Reads the JSON body of a POST.
   *
   * @throws RefusedException with what is wrong
   */
  static DecideRequest ofBody(byte[] body) throws RefusedException {
    try {
      JsonObject object = JsonReader.read(body);
      requireKnown(object.names(), MEMBERS);
      Optional<Boolean> isDefault = object.truth("default");
      AskedKernel kernel = kernel(object.text("image"), object.text("variant"), isDefault);
      Optional<JsonObject> pod = object.object("pod");
      Optional<PodIdentity> identity = Optional.empty();
      if (pod.isPresent()) {
        identity = Optional.of(pod(pod.get()));
      }
      return new DecideRequest(
          new KernelRequest(kernel, digest(object.text("digest")), identity),
          budget(object.number("deadlineMillis")));
    } catch (MalformedJsonException e) {
      throw malformed("the body: " + Untrusted.quote(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Reads the query of a GET, the form for people with curl.
   *
   * @throws RefusedException with what is wrong
   */
  static DecideRequest ofQuery(String target) throws RefusedException {
    Map<String, String> parameters = parameters(target);
    requireKnown(parameters.keySet(), PARAMETERS);
    Optional<String> isDefault = Optional.ofNullable(parameters.get("default"));
    if (isDefault.isPresent() && !isDefault.get().equals("true")) {
      throw malformed("default is not 'true'");
    }
    AskedKernel kernel =
        kernel(
            Optional.ofNullable(parameters.get("image")),
            Optional.ofNullable(parameters.get("variant")),
            isDefault.map(_ -> true));
    return new DecideRequest(
        new KernelRequest(
            kernel, digest(Optional.ofNullable(parameters.get("digest"))), Optional.empty()),
        budget(wholeNumber(Optional.ofNullable(parameters.get("deadlineMillis")))));
  }

  private static Map<String, String> parameters(String target) throws RefusedException {
    Map<String, List<String>> decoded;
    try {
      decoded = QUERY.build(target).parameters();
    } catch (IllegalArgumentException _) {
      throw malformed("the query has a broken percent escape");
    }
    Map<String, String> single = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> parameter : decoded.entrySet()) {
      if (parameter.getValue().size() != 1) {
        throw malformed(Untrusted.quote(parameter.getKey()) + " is given more than once");
      }
      single.put(parameter.getKey(), parameter.getValue().getFirst());
    }
    return single;
  }

  private static void requireKnown(Set<String> names, Set<String> known) throws RefusedException {
    for (String name : names) {
      if (!known.contains(name)) {
        throw malformed(
            Untrusted.quote(name)
                + " is not known here; known are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  private static AskedKernel kernel(
      Optional<String> image, Optional<String> variant, Optional<Boolean> isDefault)
      throws RefusedException {
    List<AskedKernel> asked = new ArrayList<>();
    image.ifPresent(reference -> asked.add(new AskedKernel.Image(reference)));
    variant.ifPresent(name -> asked.add(new AskedKernel.Variant(name)));
    isDefault.filter(truth -> truth).ifPresent(_ -> asked.add(new AskedKernel.NodeDefault()));
    if (asked.size() != 1) {
      throw malformed("give exactly one of image, variant and default=true");
    }
    return asked.getFirst();
  }

  private static Optional<Digest> digest(Optional<String> text) throws RefusedException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Digest> digest = Digest.parse(text.get());
    if (digest.isEmpty()) {
      throw malformed("digest is not 'sha256:' and 64 lower-case hexadecimal digits");
    }
    return digest;
  }

  private static PodIdentity pod(JsonObject pod) throws RefusedException, MalformedJsonException {
    requireKnown(pod.names(), POD_MEMBERS);
    return new PodIdentity(
        podText("uid", pod.text("uid").orElse("")),
        podText("namespace", pod.requireText("namespace")),
        podText("name", pod.requireText("name")));
  }

  private static String podText(String member, String text) throws RefusedException {
    if (text.length() > MAX_POD_TEXT || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw malformed("pod." + member + " is no Kubernetes name");
    }
    return text;
  }

  private static Optional<Long> wholeNumber(Optional<String> text) throws RefusedException {
    try {
      return text.map(Long::valueOf);
    } catch (NumberFormatException _) {
      throw malformed("deadlineMillis is not a whole number");
    }
  }

  private static Optional<Duration> budget(Optional<Long> millis) throws RefusedException {
    long most = SocketSettings.MAX_DECIDE_BUDGET.toMillis();
    if (millis.isPresent() && (millis.get() < 1 || millis.get() > most)) {
      throw malformed("deadlineMillis is not between 1 and " + most);
    }
    return millis.map(Duration::ofMillis);
  }

  private static RefusedException malformed(String detail) {
    return new RefusedException(Refusal.MALFORMED_REQUEST, detail);
  }
}

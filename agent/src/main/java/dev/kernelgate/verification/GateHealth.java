// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an agent knows about its own ability to work, at one moment. {@link #condition()} is a
 * function of it and of nothing else.
 *
 * @param now when this was so
 * @param running what runs, for people
 * @param isEnforcing whether launchers are expected to obey
 * @param trustRoot whom signatures are believed of
 * @param registries those that were asked
 * @param canary what tests of the gate have shown
 * @param use whether anybody asks the gate
 * @param problems what else is wrong
 */
public record GateHealth(
    Instant now,
    String running,
    boolean isEnforcing,
    TrustRoot trustRoot,
    List<RegistryHealth> registries,
    Canary canary,
    Use use,
    Problems problems) {

  /** From then on a trust root is told as old: Sigstore's has changed at least once a year. */
  static final Duration OLD = Duration.ofDays(365);

  public GateHealth {
    registries = List.copyOf(registries);
  }

  /**
   * What is wrong, a line each.
   *
   * @param pods what keeps the agent from knowing all pods
   * @param configuration why the configuration file is not in force
   * @param chores what of its own work the agent fails at
   * @param others what costs comfort and no answer
   */
  public record Problems(
      List<String> pods, List<String> configuration, List<String> chores, List<String> others) {
    public Problems {
      pods = List.copyOf(pods);
      configuration = List.copyOf(configuration);
      chores = List.copyOf(chores);
      others = List.copyOf(others);
    }

    /** Nothing is. */
    public static Problems none() {
      return new Problems(List.of(), List.of(), List.of(), List.of());
    }

    /** All of it. */
    public List<String> all() {
      return Stream.of(configuration, pods, chores, others).flatMap(List::stream).toList();
    }
  }

  /** A trust root. */
  public sealed interface TrustRoot {

    /**
     * One that can be used.
     *
     * @param since when the oldest of its files was last written: since then nobody has brought
     *     news. Validity windows within say nothing, a sound root's newest key may be years old.
     *     Empty when it came with the agent
     */
    record Usable(Optional<Instant> since) implements TrustRoot {}

    /** It is being read, while the agent starts: a question waits for it. */
    record Coming() implements TrustRoot {}

    /** None, so nothing is trusted. */
    record Unusable() implements TrustRoot {}
  }

  /**
   * What came of asking the gate about kernels whose verdict is known beforehand.
   *
   * @param unsignedTrusted what is wrong, if it trusts one that nobody has signed
   * @param signedRejected what is wrong, if it rejects one that has to be trusted
   */
  public record Canary(Optional<String> unsignedTrusted, Optional<String> signedRejected) {

    /** Nothing was wrong, or nothing was asked. */
    public static Canary silent() {
      return new Canary(Optional.empty(), Optional.empty());
    }
  }

  /**
   * Whether anybody asks the gate.
   *
   * @param startedAt when the agent began to answer
   * @param askedAt when anybody asked for a decision last
   * @param newestZone when the node began to start the newest zone pod that runs
   */
  public record Use(Instant startedAt, Optional<Instant> askedAt, Optional<Instant> newestZone) {

    /**
     * Whether a zone was started past the gate: after the agent, and nobody has asked since. A pod
     * is started before its launcher asks; one that runs has a zone.
     */
    boolean isBypassed() {
      return newestZone
          .filter(zone -> zone.isAfter(startedAt))
          .filter(zone -> askedAt.filter(asked -> !asked.isBefore(zone)).isEmpty())
          .isPresent();
    }

    private String told() {
      return askedAt.isPresent()
          ? "a zone was started and nobody asked the gate for it"
          : "zones were started and nobody has asked the gate since the agent started";
    }
  }

  /** {@code ZoneKernelGate}: whether the agent can do its work, the worst first. */
  public NodeCondition condition() {
    List<RegistryHealth> failing =
        registries.stream().filter(registry -> registry.isFailing(now)).toList();
    if (canary.unsignedTrusted().isPresent()) {
      return gate("False", "UnsignedCanaryTrusted", canary.unsignedTrusted().get());
    }
    if (trustRoot instanceof TrustRoot.Unusable) {
      return gate(
          "False", "TrustRootUnavailable", "no trust root can be used, so no kernel is trusted");
    }
    if (trustRoot instanceof TrustRoot.Coming) {
      return gate("Unknown", "Starting", "the trust root is being read");
    }
    if (canary.signedRejected().isPresent()) {
      return gate("False", "SignedCanaryRejected", canary.signedRejected().get());
    }
    if (!failing.isEmpty()) {
      return gate("False", "RegistryUnreachable", unreachable(failing));
    }
    if (use.isBypassed() && isEnforcing) {
      return gate("False", "GateNotConsulted", use.told() + ", so nothing is enforced");
    }
    if (!problems.configuration().isEmpty()) {
      return gate(
          "Unknown",
          "ConfigurationRefused",
          "an earlier configuration than the file's is in force");
    }
    if (!problems.pods().isEmpty()) {
      return gate("Unknown", "PodsNotKnown", "not all pods are known");
    }
    if (!problems.chores().isEmpty()) {
      return gate("Unknown", "ChoresFailing", "the agent fails at some of its own work");
    }
    if (isOld()) {
      return gate("Unknown", "TrustRootOld", "the trust root is older than a year");
    }
    return use.isBypassed()
        ? gate("True", "GateNotConsulted", use.told())
        : gate("True", "Answering", "");
  }

  /** What is not in the condition, because it changes all the time. */
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    trustRootSince().ifPresent(since -> fields.put("trustRootSince", since));
    use.askedAt().ifPresent(asked -> fields.put("askedAt", asked));
    fields.put("registries", registries.stream().map(RegistryHealth::toFields).toList());
    return fields;
  }

  private NodeCondition gate(String status, String reason, String message) {
    List<String> parts = new ArrayList<>();
    parts.add(message);
    parts.add(running);
    // In days, or every patch would say something new.
    trustRootSince()
        .map(since -> Duration.between(since, now).toDays())
        .ifPresent(days -> parts.add("trust root written " + days + " days ago"));
    parts.addAll(problems.all());
    return new NodeCondition(
        NodeCondition.GATE,
        status,
        reason,
        parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("; ")));
  }

  private static String unreachable(List<RegistryHealth> failing) {
    return failing.stream()
        .map(RegistryHealth::told)
        .collect(Collectors.joining(", ", "no usable answer from ", ""));
  }

  private boolean isOld() {
    return trustRootSince().filter(since -> now.isAfter(since.plus(OLD))).isPresent();
  }

  private Optional<Instant> trustRootSince() {
    return switch (trustRoot) {
      case TrustRoot.Usable(Optional<Instant> since) -> since;
      case TrustRoot.Coming(), TrustRoot.Unusable() -> Optional.empty();
    };
  }
}

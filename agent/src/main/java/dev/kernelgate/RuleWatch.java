// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigException;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.signature.SigstoreVerifier;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the policy and the trust roots to what the configuration file says. Files are compared by
 * content and taken when two looks in a row found the same, so a file that is being written is left
 * alone. What cannot be used changes nothing: the rules in force stay, and the node says so.
 */
final class RuleWatch {

  private static final Logger LOG = LoggerFactory.getLogger(RuleWatch.class);

  /** Between two looks. */
  static final Duration APART = Duration.ofSeconds(5);

  private static final int MAX_FILE_BYTES = 8 * 1024 * 1024;

  private final Path file;
  private final AgentConfig started;
  private final BiConsumer<AgentConfig, SignatureVerifier> judge;
  private final AgentStatus status;
  private final InstantSource clock;
  private List<Path> trustRoots;
  private Map<Path, Optional<Digest>> taken;
  private Map<Path, Optional<Digest>> seen;

  /**
   * A watch, which looks for the first time at once: what has changed since the agent read it is
   * taken, too.
   *
   * @param started the configuration that the agent runs with
   * @param trustRootRevision the same of the trust roots
   * @param judge puts policy and trust roots in force
   */
  RuleWatch(
      Path file,
      AgentConfig started,
      String trustRootRevision,
      BiConsumer<AgentConfig, SignatureVerifier> judge,
      AgentStatus status,
      InstantSource clock) {
    this.file = file;
    this.started = started;
    this.judge = judge;
    this.status = status;
    this.clock = clock;
    this.trustRoots = filesOf(started);
    this.seen = contents();
    this.taken = isAsStarted(trustRootRevision) ? seen : Map.of();
  }

  /** Looks once, and takes what is new. Not for two threads at once. */
  void look() {
    Map<Path, Optional<Digest>> now = contents();
    boolean isSteady = now.equals(seen);
    seen = now;
    if (isSteady && !now.equals(taken)) {
      taken = now;
      take();
    }
  }

  private boolean isAsStarted(String trustRootRevision) {
    try {
      return ConfigFile.load(file).equals(started)
          && TrustRoots.revision(started.trustRoots()).equals(trustRootRevision);
    } catch (ConfigException _) {
      // What is wrong with it is told when it is taken.
      return false;
    }
  }

  private void take() {
    try {
      AgentConfig config = ConfigFile.load(file);
      noteTrustRoots(config);
      SignatureVerifier signatures = SigstoreVerifier.over(TrustRoots.read(config.trustRoots()));
      judge.accept(config, signatures);
      status.note(AgentStatus.Topic.CONFIGURATION, List.of());
      status.note(AgentStatus.Topic.RESTART, notBeforeRestart(config));
      LOG.atInfo()
          .addMarker(AgentMessage.RULES_CHANGED.marker())
          .addKeyValue("KERNELGATE_POLICY_REVISION", config.policy().revision())
          .addKeyValue("KERNELGATE_TRUST_ROOT_REVISION", signatures.trustRootRevision())
          .log(
              "judging by the new configuration: policy {}, trust root {}",
              config.policy().revision(),
              signatures.trustRootRevision());
    } catch (ConfigException e) {
      refuse(e.problems());
    } catch (ProblemException e) {
      refuse(List.of(e.getMessage() + ""));
    } catch (RuntimeException | StackOverflowError e) {
      // It was taken note of and is not looked at again, so it has to be told like the others.
      refuse(List.of(Problem.unexpected(e).detail()));
    }
  }

  /** Noted before they are read, as the file was: what changes in between is taken again. */
  private void noteTrustRoots(AgentConfig config) {
    Optional<Digest> fileAsSeen = seen.getOrDefault(file, Optional.empty());
    trustRoots = filesOf(config);
    taken = contents();
    taken.put(file, fileAsSeen);
    seen = taken;
  }

  private void refuse(List<String> problems) {
    String summary =
        "%s: not in force, found at %s: %s%s"
            .formatted(
                file,
                clock.instant(),
                problems.getFirst(),
                problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : "");
    status.note(AgentStatus.Topic.CONFIGURATION, List.of(summary));
    LOG.atError()
        .addMarker(AgentMessage.RULES_REFUSED.marker())
        .log("the rules in force stay as they are: {}", summary);
  }

  /** What else is in the file is read when the agent starts. */
  private List<String> notBeforeRestart(AgentConfig config) {
    Map<String, Boolean> same = new LinkedHashMap<>();
    same.put("registries, layouts or dockerConfig", config.images().equals(started.images()));
    same.put("socket", config.socket().equals(started.socket()));
    same.put("node", config.node().equals(started.node()));
    same.put("kubernetes", config.kubernetes().equals(started.kubernetes()));
    same.put("checks", config.checks().equals(started.checks()));
    same.put("evidence", config.evidence().equals(started.evidence()));
    same.put("log", config.log().equals(started.log()));
    same.put("metrics", config.metrics().equals(started.metrics()));
    same.put("canary", config.canary().equals(started.canary()));
    return same.entrySet().stream()
        .filter(section -> !section.getValue())
        .map(section -> file + ": what changed in " + section.getKey() + " waits for a restart")
        .toList();
  }

  private Map<Path, Optional<Digest>> contents() {
    Map<Path, Optional<Digest>> contents = new LinkedHashMap<>();
    contents.put(file, content(file));
    trustRoots.forEach(root -> contents.put(root, content(root)));
    return contents;
  }

  private static Optional<Digest> content(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Optional.of(Digest.of(in.readNBytes(MAX_FILE_BYTES)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static List<Path> filesOf(AgentConfig config) {
    return config.trustRoots().stream()
        .flatMap(
            root ->
                switch (root) {
                  case AgentConfig.TrustRoot.File(Path path) -> Optional.of(path).stream();
                  case AgentConfig.TrustRoot.PublicGood() -> Optional.<Path>empty().stream();
                })
        .toList();
  }
}

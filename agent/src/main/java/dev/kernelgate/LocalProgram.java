// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.cli.CommandFailedException;
import dev.kernelgate.cli.ExitStatus;
import dev.kernelgate.cli.Program;
import dev.kernelgate.cli.VerifyOptions;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigException;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.config.LogSettings;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.node.HostArchitecture;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.signature.SigstoreVerifier;
import dev.kernelgate.systemd.JournalAppender;
import dev.kernelgate.systemd.LogConfigurator;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.event.Level;

/** Does what the commands ask for, in this process. */
final class LocalProgram implements Program {

  private final Surroundings surroundings;

  LocalProgram(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Judge judge(VerifyOptions options) throws CommandFailedException {
    AgentConfig config = load(options.config());
    Architecture host =
        options.platform().isPresent() ? options.platform().get() : platform(config);
    return new LocalJudge(config, host, options, surroundings);
  }

  @Override
  public void runAgent(Optional<Path> file) throws CommandFailedException {
    AgentConfig config = load(file);
    Architecture host = platform(config);
    // Before the first logger: setting the logging library up takes as long as half of this.
    ComingVerifier signatures =
        TrustRoots.comingVerifier(
            config.trustRoots(), Thread.ofPlatform().daemon().name("verifier")::start);
    logAs(config.log());
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopped, closed), "stop"));
    try (Agent agent = Agent.start(new Setting(config, host, surroundings), signatures)) {
      file.ifPresent(agent::follow);
      stopped.await();
    } catch (IOException e) {
      throw new CommandFailedException(ExitStatus.UNAVAILABLE, List.of(e.getMessage() + ""));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      LogConfigurator.end();
      closed.countDown();
    }
  }

  @Override
  public List<String> checkConfig(Path file) {
    try {
      ConfigFile.load(file);
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Override
  public Path socketPath(Optional<Path> config) throws CommandFailedException {
    return load(config).socket().path();
  }

  @Override
  public SignatureFinding verifyArtifact(byte[] bundle, Digest artifact, Optional<Path> trustedRoot)
      throws CommandFailedException {
    AgentConfig.TrustRoot root =
        trustedRoot
            .<AgentConfig.TrustRoot>map(AgentConfig.TrustRoot.File::new)
            .orElseGet(AgentConfig.TrustRoot.PublicGood::new);
    try {
      return SigstoreVerifier.over(TrustRoots.read(List.of(root))).verifyArtifact(bundle, artifact);
    } catch (ProblemException e) {
      throw new CommandFailedException(
          ExitStatus.NOT_GOOD, List.of("not verified: " + e.getMessage()));
    }
  }

  @Override
  public Instant now() {
    return surroundings.clock().instant();
  }

  @Override
  public String version() {
    return Version.current();
  }

  private static AgentConfig load(Optional<Path> file) throws CommandFailedException {
    try {
      return file.isPresent() ? ConfigFile.load(file.get()) : AgentConfig.defaults();
    } catch (ConfigException e) {
      throw new CommandFailedException(ExitStatus.CONFIG, e.problems());
    }
  }

  private static Architecture platform(AgentConfig config) throws CommandFailedException {
    Optional<Architecture> host =
        config
            .node()
            .platform()
            .or(() -> HostArchitecture.detect(System.getProperty("os.arch", "")));
    return host.orElseThrow(
        () ->
            new CommandFailedException(
                ExitStatus.UNAVAILABLE,
                List.of(
                    "There are no zone kernels for this host's architecture; to judge for another,"
                        + " name it with --platform or node.platform.")));
  }

  private void logAs(LogSettings log) {
    Level level =
        switch (log.level()) {
          case ERROR -> Level.ERROR;
          case WARNING -> Level.WARN;
          case INFO -> Level.INFO;
          case DEBUG -> Level.DEBUG;
        };
    LogConfigurator.Form form =
        switch (log.format()) {
          case AUTO ->
              JournalAppender.isStandardOutput(surroundings.environment())
                  ? LogConfigurator.Form.JOURNAL
                  : LogConfigurator.Form.TEXT;
          case TEXT -> LogConfigurator.Form.TEXT;
          case JSON -> LogConfigurator.Form.JSON;
          case JOURNAL -> LogConfigurator.Form.JOURNAL;
        };
    LogConfigurator.agent(level, form);
  }

  /** The virtual machine ends when its hooks have: hold it until the agent is closed. */
  private static void stop(CountDownLatch stopped, CountDownLatch closed) {
    stopped.countDown();
    try {
      closed.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

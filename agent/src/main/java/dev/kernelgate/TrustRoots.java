// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.signature.SigstoreVerifier;
import dev.kernelgate.signature.TrustRoot;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Turns the configured trust roots into what verifies signatures. */
final class TrustRoots {

  private TrustRoots() {}

  /** A verifier over the configured roots; roots that cannot be read show in every finding. */
  static SignatureVerifier verifier(List<AgentConfig.TrustRoot> roots) {
    return comingVerifier(roots, Runnable::run).await();
  }

  /** The same, made by another thread. */
  static ComingVerifier comingVerifier(List<AgentConfig.TrustRoot> roots, Executor thread) {
    try {
      List<byte[]> files = files(roots);
      return ComingVerifier.madeBy(
          () -> verifierOf(files), SigstoreVerifier.trustRootRevision(files), thread);
    } catch (ProblemException e) {
      return ComingVerifier.of(new UnusableTrustRoot(e.problem()));
    }
  }

  /** What a verifier over the configured roots calls them; that of none if one cannot be read. */
  static String revision(List<AgentConfig.TrustRoot> roots) {
    try {
      return SigstoreVerifier.trustRootRevision(files(roots));
    } catch (ProblemException e) {
      return new UnusableTrustRoot(e.problem()).trustRootRevision();
    }
  }

  private static SignatureVerifier verifierOf(List<byte[]> files) {
    try {
      return SigstoreVerifier.over(parsed(files));
    } catch (ProblemException e) {
      return new UnusableTrustRoot(e.problem());
    }
  }

  /**
   * Reads trust roots.
   *
   * @throws ProblemException {@code TrustRootUnavailable} if one of them cannot be used
   */
  static List<TrustRoot> read(List<AgentConfig.TrustRoot> roots) throws ProblemException {
    return parsed(files(roots));
  }

  private static List<TrustRoot> parsed(List<byte[]> files) throws ProblemException {
    List<TrustRoot> parsed = new ArrayList<>();
    for (byte[] file : files) {
      parsed.add(TrustRoot.parse(file));
    }
    return parsed;
  }

  private static List<byte[]> files(List<AgentConfig.TrustRoot> roots) throws ProblemException {
    List<byte[]> files = new ArrayList<>();
    for (AgentConfig.TrustRoot root : roots) {
      files.add(
          switch (root) {
            case AgentConfig.TrustRoot.PublicGood() -> TrustRoot.publicGoodFile();
            case AgentConfig.TrustRoot.File(Path path) -> file(path);
          });
    }
    return files;
  }

  private static byte[] file(Path path) throws ProblemException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(TrustRoot.MAX_BYTES + 1);
    } catch (IOException e) {
      throw new ProblemException(
          Reason.TRUST_ROOT_UNAVAILABLE,
          "the file cannot be read: " + Untrusted.quote(e.toString()),
          e);
    }
  }

  /**
   * What to think of configured roots.
   *
   * @param by what was made of them
   */
  static GateHealth.TrustRoot standing(SignatureVerifier by, List<AgentConfig.TrustRoot> roots) {
    return by instanceof UnusableTrustRoot
        ? new GateHealth.TrustRoot.Unusable()
        : new GateHealth.TrustRoot.Usable(writtenAt(roots));
  }

  /** When the oldest of the files was last written; empty when all came with this version. */
  private static Optional<Instant> writtenAt(List<AgentConfig.TrustRoot> roots) {
    return roots.stream()
        .flatMap(
            root ->
                switch (root) {
                  case AgentConfig.TrustRoot.PublicGood() -> Stream.empty();
                  case AgentConfig.TrustRoot.File(Path path) -> writtenAt(path).stream();
                })
        .min(Instant::compareTo);
  }

  private static Optional<Instant> writtenAt(Path path) {
    try {
      return Optional.of(
          Files.getLastModifiedTime(path).toInstant().truncatedTo(ChronoUnit.SECONDS));
    } catch (IOException _) {
      // Reading the root itself says so.
      return Optional.empty();
    }
  }
}

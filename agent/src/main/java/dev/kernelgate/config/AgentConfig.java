// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.policy.Policy;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be configured, with nothing left out: what the file does not say has its
 * default. Paths are absolute or relative to the working directory, no longer to the file.
 *
 * @param trustRoots whom to believe; a signature that verifies against any of them does; at least
 *     one
 * @param images where images come from
 * @param policy which signers are wanted for which images
 * @param socket where the agent is asked
 * @param node what the agent reads of the node
 * @param kubernetes the cluster that the node is in
 * @param checks bounds on the work
 * @param evidence what is kept of registries' answers
 * @param log what is logged
 * @param metrics who may read the metrics
 * @param canary how the agent tests itself
 */
public record AgentConfig(
    List<TrustRoot> trustRoots,
    Images images,
    Policy policy,
    Socket socket,
    Node node,
    Kubernetes kubernetes,
    Checks checks,
    EvidenceSettings evidence,
    LogSettings log,
    MetricsSettings metrics,
    CanarySettings canary) {

  public AgentConfig {
    trustRoots = List.copyOf(trustRoots);
  }

  /** What a node without a configuration file does: believe Sigstore, enforce Edera's policy. */
  public static AgentConfig defaults() {
    return new AgentConfig(
        List.of(new TrustRoot.PublicGood()),
        Images.defaults(),
        Policy.edera(),
        Socket.defaults(),
        Node.defaults(),
        Kubernetes.defaults(),
        Checks.defaults(),
        EvidenceSettings.defaults(),
        LogSettings.defaults(),
        MetricsSettings.defaults(),
        CanarySettings.defaults());
  }

  /** A Sigstore instance whose certificates and logs are believed. */
  public sealed interface TrustRoot {

    /** The public-good instance, as bundled with this version. */
    record PublicGood() implements TrustRoot {}

    /** A {@code trusted_root.json}. */
    record File(Path path) implements TrustRoot {}
  }

  /**
   * Where images come from.
   *
   * @param registries registries that differ from the default: TLS, the JDK's trusted certificates
   * @param layouts local directories that serve some images instead of their registry
   * @param dockerConfig credentials; when absent, {@code config.json} in {@code
   *     $CREDENTIALS_DIRECTORY}, {@code $DOCKER_CONFIG} or {@code ~/.docker}
   */
  public record Images(
      List<Registry> registries, List<Layout> layouts, Optional<Path> dockerConfig) {
    public Images {
      registries = List.copyOf(registries);
      layouts = List.copyOf(layouts);
    }

    static Images defaults() {
      return new Images(List.of(), List.of(), Optional.empty());
    }
  }

  /**
   * How one registry is reached.
   *
   * @param host host and optional port as in references; Docker Hub is {@code docker.io}
   * @param mirrors asked before it, in this order, each {@code host[:port][/path]}
   * @param proxy an HTTP proxy; when absent, what the environment says
   */
  public record Registry(
      String host, Transport transport, List<String> mirrors, Optional<URI> proxy) {
    public Registry {
      mirrors = List.copyOf(mirrors);
    }
  }

  /** How the wire to a registry is protected. */
  public sealed interface Transport {

    /**
     * TLS.
     *
     * @param caFile certificates in PEM that are trusted too
     * @param client what the agent authenticates itself with
     */
    record Tls(Optional<Path> caFile, Optional<ClientCertificate> client) implements Transport {}

    /** No protection at all. */
    record PlainHttp() implements Transport {}
  }

  /**
   * A client certificate.
   *
   * @param certificateFile the chain in PEM
   * @param keyFile the key in PEM, PKCS #8, unencrypted
   */
  public record ClientCertificate(Path certificateFile, Path keyFile) {}

  /**
   * A local OCI layout.
   *
   * @param prefix image names that it serves: a registry host, or a host and leading path segments
   * @param path the layout's directory
   */
  public record Layout(String prefix, Path path) {

    /** Whether the layout serves an image of this name, {@code registry/repository}. */
    public boolean serves(String name) {
      return name.equals(prefix) || name.startsWith(prefix + "/");
    }
  }

  /**
   * The agent's Unix socket.
   *
   * @param permissions of the socket file, none for others than owner and group
   * @param group the socket's group by name; when absent, the agent's own
   * @param rights who may do what there, besides root and the agent's own user
   */
  public record Socket(
      Path path, Set<PosixFilePermission> permissions, Optional<String> group, Rights rights) {
    public Socket {
      permissions = Set.copyOf(permissions);
    }

    static Socket defaults() {
      return new Socket(
          Path.of("/run/kernelgate/kernelgate.sock"),
          PosixFilePermissions.fromString("rw-rw----"),
          Optional.empty(),
          Rights.defaults());
    }
  }

  /**
   * Who has which right; when absent, the socket's group has it.
   *
   * @param decide to ask whether a kernel may boot
   * @param read to look at verdicts, pods, status and metrics
   * @param admin to make the agent forget what it found out
   */
  public record Rights(Optional<Peers> decide, Optional<Peers> read, Optional<Peers> admin) {
    static Rights defaults() {
      return new Rights(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Processes by who runs them.
   *
   * @param users effective user ids
   * @param groups effective groups, each a name or a number
   */
  public record Peers(Set<Integer> users, Set<String> groups) {
    public Peers {
      users = Set.copyOf(users);
      groups = Set.copyOf(groups);
    }
  }

  /**
   * What the agent reads of the node.
   *
   * @param podManifests a directory of Pod manifests, judged ahead; when absent, none
   * @param daemonToml the daemon's configuration, which names the kernel variants
   * @param daemonStart a file or link that is made anew when the daemon starts
   * @param zoneDirectory where the daemon's default kernel files are
   * @param imageCache the daemon's image cache, whose images boot without the registry being asked;
   *     when absent, there is none
   * @param runtimeClasses runtime classes whose pods boot a kernel, at least one
   * @param warmUp images that are judged ahead and kept fresh, though no pod asks for them
   * @param hostKernel what the host's own kernel is compared with; when absent, it is not
   * @param platform the architecture to judge for; when absent, this host's
   */
  public record Node(
      Optional<Path> podManifests,
      Path daemonToml,
      Path daemonStart,
      Path zoneDirectory,
      Optional<Path> imageCache,
      List<String> runtimeClasses,
      List<String> warmUp,
      Optional<HostKernel> hostKernel,
      Optional<Architecture> platform) {
    public Node {
      runtimeClasses = List.copyOf(runtimeClasses);
      warmUp = List.copyOf(warmUp);
    }

    static Node defaults() {
      return new Node(
          Optional.empty(),
          Path.of("/var/lib/edera/protect/daemon.toml"),
          Path.of("/run/systemd/units/invocation:protect-daemon.service"),
          Path.of("/var/lib/edera/protect/zone"),
          Optional.of(Path.of("/var/lib/edera/protect/cache")),
          List.of("edera"),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /**
   * What the host's own kernel is compared with.
   *
   * @param image whose kernel it should be
   * @param file that the host boots; when absent, where distributions keep the kernel that runs
   */
  public record HostKernel(KernelReference image, Optional<Path> file) {}

  /**
   * The cluster that the node is in.
   *
   * @param isEnabled whether the agent follows the node's pods there and tells the node's
   *     conditions
   * @param nodeName the node's name; when absent, what {@code NODE_NAME} says
   * @param kubeconfig how to get there; when absent, the service account of the agent's own pod
   * @param taint of a node that has a pod with a rejected kernel; when absent, none is set or
   *     removed
   * @param usesPullSecrets whether a pod's kernel is fetched with the pod's imagePullSecrets where
   *     the agent's own credentials are not enough
   */
  public record Kubernetes(
      boolean isEnabled,
      Optional<String> nodeName,
      Optional<Path> kubeconfig,
      Optional<TaintConfig> taint,
      boolean usesPullSecrets) {
    static Kubernetes defaults() {
      return new Kubernetes(false, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }
  }

  /**
   * Bounds on the work.
   *
   * @param deadline within which a check ends when the caller names none
   * @param concurrency checks that run at once
   */
  public record Checks(Duration deadline, int concurrency) {
    static Checks defaults() {
      return new Checks(Duration.ofSeconds(10), 16);
    }
  }
}

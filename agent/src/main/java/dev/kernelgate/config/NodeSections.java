// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.yaml.YamlFields;
import dev.kernelgate.yaml.YamlProblems;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the sections about the node that the agent runs on: all but images and policy. */
final class NodeSections {

  private static final String NONE = "none";
  private static final int MAX_WARM_UP = 64;
  private static final int MAX_CONCURRENCY = 256;
  private static final int MAX_EVIDENCE_MEGABYTES = 1024;
  private static final Duration MAX_DEADLINE = Duration.ofMinutes(1);
  private static final Duration MIN_CANARY_PAUSE = Duration.ofMinutes(1);

  private NodeSections() {}

  static AgentConfig.Socket socket(YamlFields fields, Values values) {
    AgentConfig.Socket defaults = AgentConfig.Socket.defaults();
    AgentConfig.Socket socket =
        new AgentConfig.Socket(
            fields.text("path", values::path).orElse(defaults.path()),
            fields.word("mode", Values::socketMode).orElse(defaults.permissions()),
            fields.text("group", Values::name),
            fields.fields("rights").map(NodeSections::rights).orElse(defaults.rights()));
    fields.refuseUnknown();
    return socket;
  }

  private static AgentConfig.Rights rights(YamlFields fields) {
    AgentConfig.Rights rights =
        new AgentConfig.Rights(
            fields.fields("decide").map(NodeSections::peers),
            fields.fields("read").map(NodeSections::peers),
            fields.fields("admin").map(NodeSections::peers));
    fields.refuseUnknown();
    return rights;
  }

  private static AgentConfig.Peers peers(YamlFields fields) {
    AgentConfig.Peers peers =
        new AgentConfig.Peers(
            Set.copyOf(fields.words("users", Values::userId)),
            Set.copyOf(fields.words("groups", Values::name)));
    fields.refuseUnknown();
    return peers;
  }

  static AgentConfig.Node node(YamlFields fields, Values values, YamlProblems problems) {
    AgentConfig.Node defaults = AgentConfig.Node.defaults();
    List<String> runtimeClasses = fields.texts("runtimeClasses", Values::name);
    if (fields.isEmptyList("runtimeClasses")) {
      problems.add(
          fields.positionOf("runtimeClasses"),
          "'runtimeClasses' is empty, so no pod would be judged; name one or remove the key");
    }
    AgentConfig.Node node =
        new AgentConfig.Node(
            fields.text("podManifests", values::path),
            fields.text("daemonToml", values::path).orElse(defaults.daemonToml()),
            fields.text("daemonStart", values::path).orElse(defaults.daemonStart()),
            fields.text("zoneDirectory", values::path).orElse(defaults.zoneDirectory()),
            fields
                .text("imageCache", text -> pathUnlessNone(text, values))
                .orElse(defaults.imageCache()),
            runtimeClasses.isEmpty() ? defaults.runtimeClasses() : runtimeClasses,
            warmUp(fields, problems),
            fields.fields("hostKernel").flatMap(host -> hostKernel(host, values, problems)),
            fields.text("platform", Values::platform));
    fields.refuseUnknown();
    return node;
  }

  private static List<String> warmUp(YamlFields fields, YamlProblems problems) {
    List<String> images = fields.texts("warmUp", Values::image);
    if (images.size() > MAX_WARM_UP) {
      problems.add(
          fields.positionOf("warmUp"), "'warmUp' names more than " + MAX_WARM_UP + " images");
    }
    return images.stream().distinct().toList();
  }

  private static Optional<AgentConfig.HostKernel> hostKernel(
      YamlFields fields, Values values, YamlProblems problems) {
    if (!fields.has("image")) {
      problems.add(
          fields.position(), "'hostKernel' has no 'image'; add the one that the host runs");
    }
    Optional<Path> file = fields.text("file", values::path);
    Optional<AgentConfig.HostKernel> kernel =
        fields
            .text("image", Values::reference)
            .map(image -> new AgentConfig.HostKernel(image, file));
    fields.refuseUnknown();
    return kernel;
  }

  static AgentConfig.Kubernetes kubernetes(YamlFields fields, Values values) {
    AgentConfig.Kubernetes defaults = AgentConfig.Kubernetes.defaults();
    AgentConfig.Kubernetes kubernetes =
        new AgentConfig.Kubernetes(
            fields.flag("enabled").orElse(defaults.isEnabled()),
            fields.text("nodeName", Values::nodeName),
            fields.text("kubeconfig", values::path),
            fields.fields("taint").map(NodeSections::taint),
            fields.flag("imagePullSecrets").orElse(defaults.usesPullSecrets()));
    fields.refuseUnknown();
    return kubernetes;
  }

  private static TaintConfig taint(YamlFields fields) {
    TaintConfig defaults = TaintConfig.defaults();
    TaintConfig taint =
        new TaintConfig(
            fields.text("effect", NodeSections::effect).orElse(defaults.effect()),
            fields.text("setAfter", Values::duration).orElse(defaults.setAfter()),
            fields.text("removeAfter", Values::duration).orElse(defaults.removeAfter()));
    fields.refuseUnknown();
    return taint;
  }

  private static TaintConfig.Effect effect(String text) {
    return Arrays.stream(TaintConfig.Effect.values())
        .filter(effect -> effect.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Untrusted.quote(text)
                        + " is no effect of a taint; write one of "
                        + Arrays.toString(TaintConfig.Effect.values())));
  }

  static AgentConfig.Checks checks(YamlFields fields) {
    AgentConfig.Checks defaults = AgentConfig.Checks.defaults();
    AgentConfig.Checks checks =
        new AgentConfig.Checks(
            fields.text("deadline", NodeSections::deadline).orElse(defaults.deadline()),
            fields.integer("concurrency", 1, MAX_CONCURRENCY).orElse(defaults.concurrency()));
    fields.refuseUnknown();
    return checks;
  }

  static EvidenceSettings evidence(YamlFields fields, Values values) {
    EvidenceSettings defaults = EvidenceSettings.defaults();
    EvidenceSettings evidence =
        new EvidenceSettings(
            fields.flag("enabled").orElse(defaults.isEnabled()),
            fields.text("directory", values::path).orElse(defaults.directory()),
            fields
                .integer("maxMegabytes", 1, MAX_EVIDENCE_MEGABYTES)
                .orElse(defaults.maxMegabytes()),
            fields.text("tagsFor", Values::duration));
    fields.refuseUnknown();
    return evidence;
  }

  static LogSettings log(YamlFields fields) {
    LogSettings defaults = LogSettings.defaults();
    LogSettings log =
        new LogSettings(
            fields
                .text("level", text -> Values.word(LogSettings.Level.class, text))
                .orElse(defaults.level()),
            fields
                .text("format", text -> Values.word(LogSettings.Format.class, text))
                .orElse(defaults.format()));
    fields.refuseUnknown();
    return log;
  }

  static MetricsSettings metrics(YamlFields fields) {
    MetricsSettings metrics =
        new MetricsSettings(
            fields
                .text("listen", NodeSections::addressUnlessNone)
                .orElse(MetricsSettings.defaults().listen()));
    fields.refuseUnknown();
    return metrics;
  }

  static CanarySettings canary(YamlFields fields) {
    CanarySettings canary =
        new CanarySettings(
            fields.text("trusted", Values::imageByDigest),
            fields.text("unsigned", Values::imageByDigest),
            fields
                .text("every", NodeSections::canaryPause)
                .orElse(CanarySettings.defaults().every()));
    fields.refuseUnknown();
    return canary;
  }

  private static Duration canaryPause(String text) {
    Duration pause = Values.duration(text);
    if (pause.compareTo(MIN_CANARY_PAUSE) < 0) {
      throw new IllegalArgumentException("that is more often than once a minute; use at least 1m");
    }
    return pause;
  }

  private static Optional<InetSocketAddress> addressUnlessNone(String text) {
    return text.equals(NONE) ? Optional.empty() : Optional.of(Values.address(text));
  }

  private static Optional<Path> pathUnlessNone(String text, Values values) {
    return text.equals(NONE) ? Optional.empty() : Optional.of(values.path(text));
  }

  private static Duration deadline(String text) {
    Duration deadline = Values.duration(text);
    if (deadline.compareTo(MAX_DEADLINE) > 0) {
      throw new IllegalArgumentException("the deadline is longer than a minute; use at most 60s");
    }
    return deadline;
  }
}

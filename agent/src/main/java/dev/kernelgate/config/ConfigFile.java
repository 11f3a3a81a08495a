// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.yaml.YamlFields;
import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import dev.kernelgate.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads the configuration file. */
public final class ConfigFile {

  private ConfigFile() {}

  /**
   * Reads a file. The paths that it names are resolved against its directory, but not looked at.
   *
   * @throws ConfigException if it cannot be read or used, with every problem that was found
   */
  public static AgentConfig load(Path file) throws ConfigException {
    byte[] bytes = read(file);
    YamlProblems problems = new YamlProblems();
    Optional<YamlNode> document = YamlReader.readOne(bytes, problems);
    YamlNode root =
        document.orElseGet(() -> new YamlNode.Mapping(YamlNode.Position.START, Map.of()));
    AgentConfig config =
        agentConfig(YamlFields.of(root, problems), new Values(directoryOf(file)), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.in(file.toString()));
    }
    return config;
  }

  private static AgentConfig agentConfig(YamlFields root, Values values, YamlProblems problems) {
    AgentConfig defaults = AgentConfig.defaults();
    AgentConfig config =
        new AgentConfig(
            trustRoots(root, values, problems).orElse(defaults.trustRoots()),
            ImagesSection.read(root, values, problems),
            root.fields("policy")
                .map(fields -> PolicySection.read(fields, problems))
                .orElse(defaults.policy()),
            root.fields("socket")
                .map(fields -> NodeSections.socket(fields, values))
                .orElse(defaults.socket()),
            root.fields("node")
                .map(fields -> NodeSections.node(fields, values, problems))
                .orElse(defaults.node()),
            root.fields("kubernetes")
                .map(fields -> NodeSections.kubernetes(fields, values))
                .orElse(defaults.kubernetes()),
            root.fields("checks").map(NodeSections::checks).orElse(defaults.checks()),
            root.fields("evidence")
                .map(fields -> NodeSections.evidence(fields, values))
                .orElse(defaults.evidence()),
            root.fields("log").map(NodeSections::log).orElse(defaults.log()),
            root.fields("metrics").map(NodeSections::metrics).orElse(defaults.metrics()),
            root.fields("canary").map(NodeSections::canary).orElse(defaults.canary()));
    root.refuseUnknown();
    if (config.kubernetes().isEnabled() && config.node().podManifests().isPresent()) {
      problems.add(
          root.positionOf("kubernetes"),
          "the pods come from the cluster or from 'node.podManifests', not from both; remove one");
    }
    return config;
  }

  private static Optional<List<AgentConfig.TrustRoot>> trustRoots(
      YamlFields root, Values values, YamlProblems problems) {
    if (!root.has("trustRoots")) {
      return Optional.empty();
    }
    List<AgentConfig.TrustRoot> trustRoots = new ArrayList<>();
    for (YamlFields entry : root.fieldsOfEach("trustRoots")) {
      Optional<Boolean> publicGood = entry.flag("publicGood");
      Optional<Path> path = entry.text("file", values::path);
      if (entry.has("publicGood") == entry.has("file")) {
        problems.add(
            entry.position(),
            "a trust root is one of 'publicGood: true' and 'file: PATH'; write one in each entry");
      }
      if (publicGood.isPresent() && !publicGood.get()) {
        problems.add(
            entry.positionOf("publicGood"), "'publicGood: false' trusts nobody; remove the entry");
      }
      publicGood.ifPresent(_ -> trustRoots.add(new AgentConfig.TrustRoot.PublicGood()));
      path.ifPresent(file -> trustRoots.add(new AgentConfig.TrustRoot.File(file)));
      entry.refuseUnknown();
    }
    if (root.isEmptyList("trustRoots")) {
      problems.add(
          root.positionOf("trustRoots"),
          "'trustRoots' names none, so nothing could be trusted; add one or remove the key for the"
              + " public-good one");
    }
    return Optional.of(trustRoots);
  }

  private static byte[] read(Path file) throws ConfigException {
    // One byte more than the limit is enough to tell that there is too much.
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(YamlReader.MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of(file + ": there is no such file; correct the path"));
    } catch (IOException e) {
      String cause = Untrusted.quote(e.toString());
      throw new ConfigException(
          List.of(file + ": it cannot be read: " + cause + "; check its permissions"));
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }
}

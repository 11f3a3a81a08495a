// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import dev.kernelgate.yaml.YamlFields;
import dev.kernelgate.yaml.YamlNode.Position;
import dev.kernelgate.yaml.YamlProblems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads where images come from: registries, layouts, dockerConfig. */
final class ImagesSection {

  private final Values values;
  private final YamlProblems problems;

  private ImagesSection(Values values, YamlProblems problems) {
    this.values = values;
    this.problems = problems;
  }

  static AgentConfig.Images read(YamlFields root, Values values, YamlProblems problems) {
    ImagesSection section = new ImagesSection(values, problems);
    return new AgentConfig.Images(
        section.registries(root.fieldsOfEach("registries")),
        section.layouts(root.fieldsOfEach("layouts")),
        root.text("dockerConfig", values::path));
  }

  private List<AgentConfig.Registry> registries(List<YamlFields> entries) {
    List<AgentConfig.Registry> registries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlFields entry : entries) {
      Optional<String> host = required(entry, "host", entry.text("host", Values::host));
      AgentConfig.Transport transport = transport(entry);
      List<String> mirrors = entry.texts("mirrors", Values::hostAndPath);
      var proxy = entry.text("proxy", Values::proxy);
      host.ifPresent(
          name -> {
            refuseTwice(seen, name, entry.positionOf("host"));
            registries.add(new AgentConfig.Registry(name, transport, mirrors, proxy));
          });
      entry.refuseUnknown();
    }
    return registries;
  }

  private AgentConfig.Transport transport(YamlFields entry) {
    boolean plain = entry.flag("plainHttp").orElse(false);
    Optional<Path> caFile = entry.text("caFile", values::path);
    Optional<Path> certificate = entry.text("clientCertificateFile", values::path);
    Optional<Path> key = entry.text("clientKeyFile", values::path);
    if (certificate.isPresent() != key.isPresent()) {
      problems.add(
          entry.position(),
          "a client certificate needs both 'clientCertificateFile' and 'clientKeyFile'; add the"
              + " other one");
    }
    if (plain && (caFile.isPresent() || certificate.isPresent() || key.isPresent())) {
      problems.add(
          entry.positionOf("plainHttp"),
          "plain HTTP has no certificates; remove 'plainHttp', or the certificate files");
    }
    if (plain) {
      return new AgentConfig.Transport.PlainHttp();
    }
    return new AgentConfig.Transport.Tls(
        caFile,
        certificate.flatMap(
            chain -> key.map(secret -> new AgentConfig.ClientCertificate(chain, secret))));
  }

  private List<AgentConfig.Layout> layouts(List<YamlFields> entries) {
    List<AgentConfig.Layout> layouts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlFields entry : entries) {
      Optional<String> prefix =
          required(entry, "prefix", entry.text("prefix", Values::hostAndPath));
      Optional<Path> path = required(entry, "path", entry.text("path", values::path));
      if (prefix.isPresent()) {
        refuseTwice(seen, prefix.get(), entry.positionOf("prefix"));
        path.ifPresent(directory -> layouts.add(new AgentConfig.Layout(prefix.get(), directory)));
      }
      entry.refuseUnknown();
    }
    return layouts;
  }

  private <T> Optional<T> required(YamlFields entry, String key, Optional<T> value) {
    if (!entry.has(key)) {
      problems.add(entry.position(), "there is no '" + key + "'; add it");
    }
    return value;
  }

  private void refuseTwice(Set<String> seen, String name, Position position) {
    if (!seen.add(name)) {
      problems.add(position, "'" + name + "' is there twice; keep one entry");
    }
  }
}

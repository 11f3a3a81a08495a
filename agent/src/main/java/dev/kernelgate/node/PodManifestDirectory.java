// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import dev.kernelgate.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pods as files in a directory, the way kubelet takes its static pods: Pod manifests in YAML or
 * JSON, names with a leading dot left alone. A file that cannot be used is reported and the others
 * count. Confined to one thread.
 */
public final class PodManifestDirectory implements PodSource {

  /** Most files that are looked at, in the order of their names. */
  static final int MAX_FILES = 1000;

  private final Path directory;
  private final Set<String> runtimeClasses;
  private List<BoundedFile.Version> versions = List.of();
  private boolean wasRead;

  /**
   * A directory, not looked at yet.
   *
   * @param runtimeClasses runtime classes whose pods boot a zone kernel
   */
  public PodManifestDirectory(Path directory, Set<String> runtimeClasses) {
    this.directory = directory;
    this.runtimeClasses = Set.copyOf(runtimeClasses);
  }

  @Override
  public Optional<NodePods> readIfChanged() {
    List<String> problems = new ArrayList<>();
    List<BoundedFile.Version> current = list(problems);
    if (wasRead && current.equals(versions)) {
      return Optional.empty();
    }
    versions = current;
    wasRead = true;
    Map<PodIdentity, AskedKernel> kernels = new LinkedHashMap<>();
    for (BoundedFile.Version version : current) {
      read(version.path(), kernels, problems);
    }
    return Optional.of(new NodePods(kernels, problems));
  }

  private List<BoundedFile.Version> list(List<String> problems) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".")) {
          files.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.add(directory + ": it cannot be listed: " + Untrusted.quote(e.toString()));
    }
    if (files.size() > MAX_FILES) {
      problems.add(directory + ": only the first " + MAX_FILES + " files are looked at");
    }
    return files.stream()
        .sorted()
        .limit(MAX_FILES)
        .map(BoundedFile::version)
        .flatMap(Optional::stream)
        .toList();
  }

  private void read(Path file, Map<PodIdentity, AskedKernel> kernels, List<String> problems) {
    YamlProblems found = new YamlProblems();
    try {
      for (YamlNode document : YamlReader.readAll(BoundedFile.read(file), found)) {
        PodManifest.read(document, found)
            .filter(pod -> runtimeClasses.contains(pod.runtimeClass()))
            .ifPresent(pod -> kernels.putIfAbsent(pod.identity(), pod.kernel()));
      }
    } catch (IOException e) {
      problems.add(file + ": " + Untrusted.quote(String.valueOf(e.getMessage())));
    }
    problems.addAll(found.in(file.toString()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.packages;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The image of one architecture. */
final class PlatformImage {

  private static final AbsoluteUnixPath HOME = AbsoluteUnixPath.get("/opt/kernelgate");

  /** Any but root. Where mounts or launchers want root, the pod says so. */
  private static final String USER = "65532:65532";

  private static final FilePermissions READABLE = FilePermissions.DEFAULT_FILE_PERMISSIONS;
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");

  /** The layers, ordered by how often they change. */
  private enum Part {
    RUNTIME,
    LIBRARIES,
    AGENT,
    CLASS_ARCHIVE
  }

  private final ImageOrder order;
  private final String architecture;
  private final Path tree;

  PlatformImage(ImageOrder order, String architecture, Path tree) {
    this.order = order;
    this.architecture = architecture;
    this.tree = tree;
  }

  /** Writes it as an OCI layout in a tar. */
  void save(Path tar) throws Exception {
    builder().containerize(into(Containerizer.to(TarImage.at(tar).named("kernelgate"))));
  }

  /** Pushes it. */
  void push(RegistryImage target) throws Exception {
    builder().containerize(into(Containerizer.to(target)));
  }

  private Containerizer into(Containerizer target) {
    return target
        .setBaseImageLayersCache(order.work().resolve("base-cache"))
        .setApplicationLayersCache(order.work().resolve("layer-cache"))
        .setAllowInsecureRegistries(order.push().filter(RegistryPush::isLoopback).isPresent())
        .setToolName("kernelgate");
  }

  private JibContainerBuilder builder() throws Exception {
    JibContainerBuilder builder =
        switch (order.base()) {
          case ImageOrder.Base.Registry(String reference) ->
              Jib.from(RegistryPush.withCredentials(reference));
          case ImageOrder.Base.Tar(Path file) -> Jib.from(TarImage.at(file));
          case ImageOrder.Base.Directory(Path root) ->
              Jib.fromScratch().addFileEntriesLayer(baseLayer(root));
        };
    for (Part part : Part.values()) {
      builder.addFileEntriesLayer(layer(part));
    }
    return builder
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(architecture, "linux")))
        .setCreationTime(order.time())
        .addFileEntriesLayer(directories())
        .setEntrypoint(HOME.resolve("bin/kernelgate").toString())
        .setWorkingDirectory(AbsoluteUnixPath.get("/"))
        .setUser(USER)
        .setLabels(labels());
  }

  private Map<String, String> labels() {
    // Sorted: the order is part of the image.
    return new TreeMap<>(
        Map.of(
            "org.opencontainers.image.title",
            "kernelgate",
            "org.opencontainers.image.description",
            "The gate between an Edera node and the kernels its zones boot",
            "org.opencontainers.image.version",
            order.version(),
            "org.opencontainers.image.licenses",
            "Apache-2.0",
            "org.opencontainers.image.created",
            order.time().toString(),
            "org.opencontainers.image.base.name",
            order.base() instanceof ImageOrder.Base.Registry(String name) ? name : "scratch",
            "dev.kernelgate.sbom",
            HOME.resolve("sbom.cdx.json").toString()));
  }

  /** Which layer a file of the tree goes to, if any. */
  private Optional<Part> partOf(Path file) {
    Path place = tree.relativize(file);
    String name = place.getFileName().toString();
    if (place.startsWith("sample-node")) {
      return Optional.empty();
    }
    if (place.startsWith("runtime")) {
      return Optional.of(Part.RUNTIME);
    }
    if (name.endsWith(".jsa")) {
      return Optional.of(Part.CLASS_ARCHIVE);
    }
    boolean isLibrary = name.endsWith(".jar") && !name.equals("kernelgate.jar");
    return Optional.of(isLibrary ? Part.LIBRARIES : Part.AGENT);
  }

  private FileEntriesLayer layer(Part part) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(part.name());
    for (Path file : files(tree)) {
      if (partOf(file).equals(Optional.of(part))) {
        AbsoluteUnixPath place = HOME.resolve(tree.relativize(file).toString());
        layer.addEntry(file, place, permissions(file), order.time());
      }
    }
    return layer.build();
  }

  private FileEntriesLayer baseLayer(Path root) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("base");
    for (Path file : files(root)) {
      AbsoluteUnixPath place = AbsoluteUnixPath.get("/").resolve(root.relativize(file).toString());
      layer.addEntry(file, place, permissions(file), order.time());
    }
    return layer.build();
  }

  /**
   * Where mounts go, and what is written to without any: by the user of the image, since jib knows
   * no sticky bit for a directory of everybody's.
   */
  private FileEntriesLayer directories() throws IOException {
    Path empty = Files.createDirectories(order.work().resolve("empty"));
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("directories");
    for (String place : List.of("/etc/kernelgate", "/run/kernelgate", "/tmp")) {
      layer.addEntry(empty, AbsoluteUnixPath.get(place), EXECUTABLE, order.time(), USER);
    }
    return layer.build();
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static FilePermissions permissions(Path file) {
    return Files.isExecutable(file) ? EXECUTABLE : READABLE;
  }
}

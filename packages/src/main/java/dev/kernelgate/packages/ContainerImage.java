// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.packages;

import com.google.cloud.tools.jib.image.json.OciIndexTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Builds the container image of the agent; {@link ImageOrder} says what of and where to. */
public final class ContainerImage {

  private ContainerImage() {}

  /** Builds what the command line says and exits with 64 where that cannot be understood. */
  public static void main(String[] arguments) throws Exception {
    try {
      build(ImageOrder.parse(List.of(arguments)));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(64);
    }
  }

  private static void build(ImageOrder order) throws Exception {
    Files.createDirectories(order.work());
    OciIndexTemplate index;
    try (OciArchive archive = new OciArchive(order.tar(), order.time())) {
      for (Map.Entry<String, Path> tree : order.trees().entrySet()) {
        Path one = order.work().resolve(tree.getKey() + ".tar");
        new PlatformImage(order, tree.getKey(), tree.getValue()).save(one);
        archive.add(one, tree.getKey(), order.version());
      }
      index = archive.finish(order.version());
    }
    System.out.println("wrote " + order.tar());
    if (order.push().isPresent()) {
      String reference = order.push().get();
      for (Map.Entry<String, Path> tree : order.trees().entrySet()) {
        new PlatformImage(order, tree.getKey(), tree.getValue())
            .push(RegistryPush.withCredentials(reference + "-" + tree.getKey()));
      }
      RegistryPush.push(index, reference);
      System.out.println("pushed " + reference);
    }
  }
}

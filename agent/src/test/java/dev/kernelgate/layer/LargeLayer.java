// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.registry.DockerConfig;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.registry.RegistrySettings;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.verdict.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A program that reads one layer over HTTP and prints what it is told about it. */
final class LargeLayer {

  private LargeLayer() {}

  /**
   * Reads it.
   *
   * @param args host of the registry, digest, size
   */
  public static void main(String... args) {
    Digest digest = Digest.parse(args[1]).orElseThrow();
    try (RegistryImageSource source =
        new RegistryImageSource(
            List.of(RegistrySettings.plainHttp(args[0])),
            RegistrySettings.defaults(RegistrySettings.ANY_HOST),
            DockerConfig.none(),
            Clock.systemUTC())) {
      KernelLayer layer =
          new KernelLayer(
              source,
              new Repository(args[0], "kernel"),
              TestLayer.TAR,
              digest,
              Long.parseLong(args[2]));
      for (Entry entry :
          new LayerReader(LayerLimits.usual())
              .read(layer, Deadline.after(Duration.ofMinutes(2), System::nanoTime))
              .entries()) {
        System.out.println(entry);
      }
    } catch (ProblemException e) {
      System.out.println(e.getMessage());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.KernelReference;
import java.util.Comparator;
import java.util.List;

/**
 * Which source answers for which image: the longest configured prefix, else the registries.
 * Immutable.
 */
public final class ImageSources {

  private final List<Route> routes;
  private final ImageSource otherwise;

  /**
   * Everything whose name starts with the prefix, path segment by path segment, comes from the
   * source.
   *
   * @param prefix registry host, optionally followed by the first segments of a repository
   */
  public record Route(String prefix, ImageSource source) {
    boolean covers(String name) {
      return name.equals(prefix) || name.startsWith(prefix + "/");
    }
  }

  public ImageSources(List<Route> routes, ImageSource otherwise) {
    this.routes =
        routes.stream()
            .sorted(Comparator.comparingInt((Route route) -> route.prefix().length()).reversed())
            .toList();
    this.otherwise = otherwise;
  }

  /** The source that answers for the image. */
  ImageSource sourceFor(KernelReference reference) {
    return routes.stream()
        .filter(route -> route.covers(reference.name()))
        .findFirst()
        .map(Route::source)
        .orElse(otherwise);
  }
}

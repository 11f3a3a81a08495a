// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.KernelReference;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Which source answers for which image: the longest configured prefix, else the registries, asked
 * with the credentials of whoever the image is for. Immutable.
 */
public final class ImageSources {

  private final List<Route> routes;
  private final Function<Keychain, ImageSource> registries;
  private final PodKeychains keychains;
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

  /** Sources, of which none asks for the credentials of pods. */
  public ImageSources(List<Route> routes, ImageSource otherwise) {
    this(routes, _ -> otherwise, new PodKeychains.None());
  }

  /**
   * Sources.
   *
   * @param registries the registries as they are asked with the node's own credentials and a
   *     keychain's; called for each check that has one, so it has to be quick
   * @param keychains what pods have
   */
  public ImageSources(
      List<Route> routes, Function<Keychain, ImageSource> registries, PodKeychains keychains) {
    this(routes, registries, keychains, Keychain.none());
  }

  private ImageSources(
      List<Route> routes,
      Function<Keychain, ImageSource> registries,
      PodKeychains keychains,
      Keychain keychain) {
    this.routes =
        routes.stream()
            .sorted(Comparator.comparingInt((Route route) -> route.prefix().length()).reversed())
            .toList();
    this.registries = registries;
    this.keychains = keychains;
    this.otherwise = registries.apply(keychain);
  }

  /** The same sources, for somebody who has these credentials. */
  ImageSources with(Keychain keychain) {
    return new ImageSources(routes, registries, keychains, keychain);
  }

  PodKeychains keychains() {
    return keychains;
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

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which proxy a request goes through. Loopback addresses never do.
 *
 * @param https {@code http://host:port} of the proxy that tunnels TLS connections
 * @param http the same for plain HTTP requests
 * @param noProxy hosts that are reached directly: {@code *}, {@code host}, {@code host:port},
 *     {@code .domain} (the domain's hosts; a name without the dot covers them too), or an IPv4
 *     block {@code 10.0.0.0/8}
 */
public record ProxySettings(Optional<URI> https, Optional<URI> http, List<String> noProxy) {

  private static final int DEFAULT_PROXY_PORT = 3128;

  /**
   * Checks the proxies.
   *
   * @throws IllegalArgumentException if a proxy is not {@code http://host[:port]}; names and
   *     passwords in it are refused rather than ignored, since the JDK does not send them when
   *     tunnelling
   */
  public ProxySettings {
    noProxy = noProxy.stream().map(entry -> entry.strip().toLowerCase(Locale.ROOT)).toList();
    https.ifPresent(ProxySettings::check);
    http.ifPresent(ProxySettings::check);
  }

  /** Every request goes directly. */
  public static ProxySettings none() {
    return new ProxySettings(Optional.empty(), Optional.empty(), List.of());
  }

  /** Every request goes through one proxy, except to the hosts listed. */
  public static ProxySettings through(URI proxy, List<String> noProxy) {
    return new ProxySettings(Optional.of(proxy), Optional.of(proxy), noProxy);
  }

  /**
   * Reads {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, in either case, from the
   * environment that is handed in.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static ProxySettings fromEnvironment(Map<String, String> environment) {
    return new ProxySettings(
        variable(environment, "HTTPS_PROXY").map(ProxySettings::parse),
        variable(environment, "HTTP_PROXY").map(ProxySettings::parse),
        variable(environment, "NO_PROXY")
            .map(list -> Arrays.asList(list.split(",", -1)))
            .orElse(List.of()));
  }

  /** The proxy for a target, empty where it is reached directly. */
  Optional<InetSocketAddress> proxyFor(URI target) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    boolean tls = target.getScheme().equals("https");
    int port = target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80;
    if (isLoopback(host) || noProxy.stream().anyMatch(entry -> exempts(entry, host, port))) {
      return Optional.empty();
    }
    return (tls ? https : http).map(ProxySettings::address);
  }

  /** These settings in the JDK's terms. */
  ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(
            proxyFor(uri)
                .map(address -> new Proxy(Proxy.Type.HTTP, address))
                .orElse(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request that needed it fails and says so; there is no second proxy to turn to.
      }
    };
  }

  private static boolean exempts(String entry, String host, int port) {
    if (entry.isEmpty()) {
      return false;
    }
    if (entry.indexOf('/') > 0) {
      return Ipv4Block.parse(entry).map(block -> block.contains(host)).orElse(false);
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    if (colon > 0) {
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    String domain = name.startsWith(".") ? name : "." + name;
    return name.equals("*") || host.equals(name) || host.endsWith(domain);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || Ipv4Block.parse("127.0.0.0/8").map(block -> block.contains(host)).orElse(false);
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private static URI parse(String proxy) {
    return URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
  }

  private static void check(URI proxy) {
    if (!"http".equals(proxy.getScheme())
        || proxy.getHost() == null
        || proxy.getUserInfo() != null) {
      throw new IllegalArgumentException("a proxy is http://host:port, without name and password");
    }
  }

  private static InetSocketAddress address(URI proxy) {
    int port = proxy.getPort() >= 0 ? proxy.getPort() : DEFAULT_PROXY_PORT;
    return new InetSocketAddress(proxy.getHost(), port);
  }
}

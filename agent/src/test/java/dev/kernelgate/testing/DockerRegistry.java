// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Debian's {@code docker-registry}, the reference implementation, run over plain HTTP on loopback
 * with its files in a given folder.
 */
public final class DockerRegistry implements AutoCloseable {

  private static final String PROGRAM = "docker-registry";

  private final Process process;
  private final String host;
  private final HttpClient client = HttpClient.newHttpClient();

  private DockerRegistry(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  /** The program, where it is installed. */
  public static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it and waits until it listens. */
  public static DockerRegistry start(Path program, Path folder) throws IOException {
    String address = "127.0.0.1:" + freePort();
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            log: {level: info}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: %s}
            """
                .formatted(folder, address));
    Process process =
        new ProcessBuilder(program.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      if (line.contains("listening on")) {
        Thread.startVirtualThread(() -> log.lines().forEach(_ -> {}));
        return new DockerRegistry(process, address);
      }
    }
    throw new IOException(PROGRAM + " did not start");
  }

  /** Address and port, as references name it. */
  public String host() {
    return host;
  }

  /** Pushes a blob. */
  public void pushBlob(String repository, String digest, byte[] content)
      throws IOException, InterruptedException {
    HttpResponse<Void> opened =
        send(
            HttpRequest.newBuilder(
                    URI.create("http://" + host + "/v2/" + repository + "/blobs/uploads/"))
                .POST(HttpRequest.BodyPublishers.noBody()),
            202);
    String upload = opened.headers().firstValue("Location").orElseThrow();
    send(
        HttpRequest.newBuilder(URI.create(upload + "&digest=" + digest))
            .header("Content-Type", "application/octet-stream")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content)),
        201);
  }

  /** Pushes a manifest by tag or digest. */
  public void pushManifest(String repository, String selector, String mediaType, byte[] content)
      throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(
                URI.create("http://" + host + "/v2/" + repository + "/manifests/" + selector))
            .header("Content-Type", mediaType)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content)),
        201);
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }

  private HttpResponse<Void> send(HttpRequest.Builder request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<Void> response =
        client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    if (response.statusCode() != expected) {
      throw new IOException(PROGRAM + " answered " + response.statusCode());
    }
    return response;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.testing.SampleNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sample node, as an operator tries it: Pod manifests and kernels in directories. */
final class StandaloneNode implements MeasuredNode {

  private static final Pattern KERNEL = Pattern.compile("(?m)^ *dev\\.edera/kernel: (\\S+)$");

  private final SampleNode files;
  private final List<String> images;

  StandaloneNode(Path directory) throws IOException {
    files = SampleNode.copiedTo(directory);
    try (Stream<Path> pods = Files.list(directory.resolve("pods"))) {
      images = pods.sorted().flatMap(StandaloneNode::kernels).distinct().toList();
    }
  }

  @Override
  public AgentProcess start(List<String> javaOptions) throws IOException {
    return AgentProcess.start(files.config(), files.socket(), javaOptions, "sample");
  }

  @Override
  public String launched() {
    return RehearsedNode.KNOWN_IMAGE;
  }

  @Override
  public List<String> images() {
    return images;
  }

  @Override
  public void close() {
    // Nothing but files.
  }

  private static Stream<String> kernels(Path pod) {
    try {
      Matcher kernel = KERNEL.matcher(Files.readString(pod));
      return kernel.results().map(result -> result.group(1)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

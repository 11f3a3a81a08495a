// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A node that the packed agent is measured on. */
interface MeasuredNode extends AutoCloseable {

  /** Starts the packed agent here, with these options beside the shipped ones. */
  AgentProcess start(List<String> javaOptions) throws IOException;

  /** What a launcher asks for first, and then again and again; it is trusted. */
  String launched();

  /** What is then checked anew again and again; empty where the start is all that is measured. */
  List<String> images();

  @Override
  void close();

  /** The kinds of nodes, as the command line and the table name them. */
  enum Kind {
    /** The one that comes with the agent: no cluster, its kernels in a directory. */
    SAMPLE("sample", "sample node"),
    /** A member of a cluster. */
    CLUSTER("cluster", "member of a cluster"),
    /** The same, when it comes up again and its registry does not. */
    RESTART("restart", "the same after a restart, its registry away");

    private final String word;
    private final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /** The kind of that name. */
    static Kind named(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("there is no node \"" + word + "\"");
    }

    /** Makes one, in an empty directory. */
    MeasuredNode in(Path directory) throws IOException {
      return switch (this) {
        case SAMPLE -> new StandaloneNode(directory);
        case CLUSTER -> new RehearsedNode(directory);
        case RESTART -> new RestartedNode(directory);
      };
    }

    @Override
    public String toString() {
      return title;
    }
  }
}

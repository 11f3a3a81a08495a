// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One way in which default kernel files meet an image that they may be from.
 *
 * @param files what the node has
 * @param image what can be had of the image
 */
record DefaultKernelScene(OnNode files, InRegistry image) {

  /** Which files. */
  enum OnNode {
    OF_IMAGE("those of the image"),
    OTHER_KERNEL("another kernel"),
    OTHER_ADDONS("the image's kernel, other addons"),
    WITH_INITRD("those of the image, and an initrd"),
    WITH_PINNED_INITRD("those of the image, and a pinned initrd"),
    PINNED("other ones, all pinned");

    private final String text;

    OnNode(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Which image. */
  enum InRegistry {
    NONE("none is named"),
    SIGNED("signed"),
    FETCHING("signed, its layers on their way"),
    UNREADABLE("signed, its layers packed by zstd"),
    CHANGED("signed, its layers changed by the registry"),
    UNSIGNED("not signed"),
    AWAY("no answer");

    private final String text;

    InRegistry(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A scene and its end. */
  record Played(DefaultKernelScene scene, Decision decision) {}

  /** Plays all of them, each on a node of its own below the directory. */
  static List<Played> playAll(Path directory) throws IOException {
    List<Played> played = new ArrayList<>();
    for (InRegistry image : InRegistry.values()) {
      for (OnNode files : OnNode.values()) {
        DefaultKernelScene scene = new DefaultKernelScene(files, image);
        played.add(new Played(scene, scene.play(directory.resolve("zone-" + played.size()))));
      }
    }
    return played;
  }

  private Decision play(Path zone) throws IOException {
    DefaultKernelStage stage = new DefaultKernelStage(zone);
    prepareFiles(stage);
    prepareImage(stage);
    // No longer than it takes to find out that a layer is not there yet.
    Duration budget = image == InRegistry.FETCHING ? Duration.ofMillis(20) : Duration.ofSeconds(10);
    return stage.ask(stage.verifier(), budget);
  }

  private void prepareFiles(DefaultKernelStage stage) throws IOException {
    switch (files) {
      case OF_IMAGE -> {}
      case OTHER_KERNEL -> stage.file(ZoneFile.KERNEL, "other");
      case OTHER_ADDONS -> stage.file(ZoneFile.ADDONS, "other");
      case WITH_INITRD -> stage.file(ZoneFile.INITRD, "other");
      case WITH_PINNED_INITRD -> {
        stage.file(ZoneFile.INITRD, "other");
        stage.pin(Map.of(ZoneFile.INITRD, other()));
      }
      case PINNED -> {
        stage.file(ZoneFile.KERNEL, "other");
        stage.file(ZoneFile.ADDONS, "other");
        stage.pin(Map.of(ZoneFile.KERNEL, other(), ZoneFile.ADDONS, other()));
      }
    }
  }

  private void prepareImage(DefaultKernelStage stage) {
    byte[] layer = DefaultKernelStage.LAYER;
    switch (image) {
      case NONE -> stage.nameNoImage();
      case SIGNED -> stage.sign(layer, TestLayer.TAR_GZIP);
      case FETCHING -> {
        stage.sign(layer, TestLayer.TAR_GZIP);
        stage.readLater();
      }
      case UNREADABLE -> stage.sign(layer, TestLayer.TAR + "+zstd");
      case CHANGED -> {
        stage.sign(layer, TestLayer.TAR_GZIP);
        stage.registry().serveBlob(Digest.of(layer), TestLayer.kernel("x", "x").gzip());
      }
      case UNSIGNED -> stage.publish(layer, TestLayer.TAR_GZIP);
      case AWAY ->
          stage.registry().failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "refused"));
    }
  }

  private static Set<Digest> other() {
    return Set.of(Digest.of("other".getBytes(UTF_8)));
  }
}

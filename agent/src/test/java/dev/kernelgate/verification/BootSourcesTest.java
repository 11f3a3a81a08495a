// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootScene.Asked;
import dev.kernelgate.verification.BootScene.Cached;
import dev.kernelgate.verification.BootScene.Launcher;
import dev.kernelgate.verification.BootScene.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ways in which annotation, variant, cache, registry and a launcher's digest come together,
 * each through the whole flow with the node's real files; and the document that shows them.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BootSourcesTest {

  private final List<Played> all = new ArrayList<>();
  private final List<DefaultKernelScene.Played> defaults = new ArrayList<>();

  /** A scene and its end. */
  record Played(BootScene scene, BootStage stage, Decision decision) {
    @Override
    public String toString() {
      return scene + ": " + decision.message();
    }
  }

  @BeforeAll
  void playAll(@TempDir Path directory) throws IOException {
    for (BootScene scene : scenes()) {
      BootStage stage = new BootStage(directory.resolve("node-" + all.size()));
      all.add(new Played(scene, stage, stage.play(scene)));
    }
    defaults.addAll(DefaultKernelScene.playAll(directory));
  }

  @Test
  void theDocumentShowsEveryScene() {
    assertThat(all).hasSizeGreaterThan(60);
    assertThat(defaults).hasSizeGreaterThan(40);
    Golden.assertDocument("boot-sources.md", BootSourcesDocument.of(all, defaults));
  }

  @Test
  void aDefaultKernelIsTrustedForWhatIsKnownOfAllItsFilesOnly() {
    for (DefaultKernelScene.Played one : defaults) {
      boolean isTrusted = one.decision().verdict().outcome() == Outcome.TRUSTED;
      boolean isExpected =
          switch (one.scene().files()) {
            case PINNED -> true;
            case OF_IMAGE, WITH_PINNED_INITRD ->
                one.scene().image() == DefaultKernelScene.InRegistry.SIGNED;
            case OTHER_KERNEL, OTHER_ADDONS, WITH_INITRD -> false;
          };
      assertThat(isTrusted).as("%s", one).isEqualTo(isExpected);
    }
  }

  @Test
  void whatTheCacheHoldsIsWhatIsJudged() {
    for (Played one : all) {
      Decision decision = one.decision();
      if (one.scene().bootsFromCache()) {
        assertThat(decision.source()).as("%s", one).contains(BootSource.NODE_CACHE);
        String held = one.scene().cached() == Cached.OLD ? "old" : "new";
        assertThat(decision.digest().map(one.stage()::nameOf)).as("%s", one).contains(held);
      }
    }
  }

  @Test
  void nothingIsTrustedWithoutASignatureOverWhatBoots() {
    for (Played one : all) {
      if (one.decision().verdict().outcome() == Outcome.TRUSTED) {
        assertThat(one.decision().digest()).as("%s", one).isPresent();
        assertThat(one.decision().verdict().signatureFacts()).as("%s", one).isPresent();
        assertThat(one.scene().tag()).as("%s", one).isNotEqualTo(Tag.AWAY);
      }
    }
  }

  /**
   * Everything here is signed, so only a pinned manifest, whose index nobody names, may seem not.
   */
  @Test
  void aSignatureThatWasNotFoundIsNotTakenForNone() {
    for (Played one : all) {
      if (one.decision().verdict().reason() == Reason.NO_SIGNATURE) {
        assertThat(one.scene().asked()).as("%s", one).isEqualTo(Asked.MANIFEST);
      }
    }
  }

  @Test
  void aLauncherIsOnlyEverToldToBootWhatItBoots() {
    for (Played one : all) {
      if (one.scene().launcher() != Launcher.SILENT && one.decision().mayBoot()) {
        String booted = one.scene().launcher() == Launcher.OLD ? "old" : "new";
        assertThat(one.decision().digest().map(one.stage()::nameOf)).as("%s", one).contains(booted);
      }
    }
  }

  private static List<BootScene> scenes() {
    List<BootScene> scenes = new ArrayList<>();
    for (Asked asked : EnumSet.range(Asked.TAG, Asked.MANIFEST)) {
      Set<Cached> caches =
          asked == Asked.TAG
              ? EnumSet.allOf(Cached.class)
              : EnumSet.of(Cached.NO_CACHE, Cached.OLD, Cached.HALF_WRITTEN);
      for (Cached cached : caches) {
        for (Tag tag : Tag.values()) {
          scenes.add(new BootScene(asked, cached, tag, Launcher.SILENT));
        }
      }
    }
    for (Launcher launcher : EnumSet.of(Launcher.OLD, Launcher.NEW)) {
      for (Cached cached : EnumSet.of(Cached.NO_CACHE, Cached.OLD, Cached.NEW)) {
        for (Tag tag : EnumSet.of(Tag.OLD, Tag.NEW, Tag.MOVED, Tag.AWAY)) {
          scenes.add(new BootScene(Asked.TAG, cached, tag, launcher));
        }
      }
    }
    for (Asked asked : EnumSet.range(Asked.VARIANT, Asked.CHANGED_UNSEEN)) {
      for (Cached cached : EnumSet.of(Cached.NO_CACHE, Cached.OLD)) {
        for (Tag tag : EnumSet.of(Tag.OLD, Tag.NEW, Tag.AWAY)) {
          scenes.add(new BootScene(asked, cached, tag, Launcher.SILENT));
        }
      }
    }
    for (Launcher launcher : EnumSet.of(Launcher.OLD, Launcher.NEW)) {
      scenes.add(new BootScene(Asked.CHANGED, Cached.NO_CACHE, Tag.NEW, launcher));
    }
    for (Asked asked : EnumSet.range(Asked.UNKNOWN_VARIANT, Asked.NOTHING)) {
      scenes.add(new BootScene(asked, Cached.NO_CACHE, Tag.NEW, Launcher.SILENT));
    }
    return scenes;
  }
}

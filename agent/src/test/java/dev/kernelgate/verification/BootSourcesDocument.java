// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verification.BootSourcesTest.Played;
import java.util.List;
import java.util.Optional;

/** Writes {@code boot-sources.md} from the scenes that were played. */
final class BootSourcesDocument {

  private BootSourcesDocument() {}

  static String of(List<Played> all, List<DefaultKernelScene.Played> defaults) {
    StringBuilder text =
        new StringBuilder(
            """
            # What boots, and what is said about it

            A tag is not what boots. The daemon answers a tag that it has seen before from its own cache, `latest` excepted; it maps
            variants through a file that it reads only when it starts; and a digest in a reference decides whatever the tag says.
            kernelgate judges the platform manifest that boots, and says where it learned which one that is (`bootSource`). Where the
            registry's tag is another by now, the answer has its platform manifest too (`registryDigest`).

            The tables below are made by `BootSourcesTest`, which plays each line on a node made of real files, and are compared
            with it. There are two kernels, *old* and *new*. Both are signed as Edera signs today: on the index, which a cache does
            not hold. A platform manifest that is signed itself needs no index, and is judged whatever the registry says.

            What to read from them:

            - What the cache holds is judged, and nothing else, as long as its files are whole. An entry whose files are missing is
              no entry: the daemon would fetch the image anew. A changed file is `CacheTampered`. An index that cannot be read leaves
              open what boots (`CacheUnreadable`); it is never taken for an empty one.
            - A cached kernel whose tag has moved on can still be trusted, if the agent saw its index while the tag named it. Without
              that nobody knows which index listed it: the question stays open (`IndexUnknown`), and is never "unsigned".
            - When `daemon.toml` has changed since the daemon started, what it maps a variant to is judged both ways, as it was and as
              it will be, and the worse answer counts. What it was is known if the agent saw it; else it is `ConfigurationUnknown`.
            - A launcher that says what it is about to boot gets an answer about exactly that, or `DigestMismatch`.

            A pod that runs is judged by what it was booted from, and its tag is reported as moved when it names another kernel. Where
            evidence is kept, that outlives the agent; [ADR 15](adr/0015-what-boots.md) says how, and who has to be believed for it.

            What nobody can see from here: the packed file system beside a cached manifest, which the daemon makes itself and whose
            content no digest names; and the daemon's memory, where its index is read from once, when it starts.

            Where the cache is, and whether there is one, says `node.imageCache`; what came of looking at it, `kernelgate status`.
            """);
    String heading = "";
    for (Played one : all) {
      String asked = headingOf(one.scene());
      if (!asked.equals(heading)) {
        heading = asked;
        text.append(
            """

            ## Asked for: %s

            | the cache holds | the registry's tag | boots from | digest | registry's digest | verdict | reason |
            |---|---|---|---|---|---|---|
            """
                .formatted(heading));
      }
      text.append(row(one));
    }
    text.append(
        """

        ## The default kernel, compared with an image

        A pod that asks for nothing boots files of the node, `kernel`, `addons.squashfs` and, if there is one, `initrd`. With
        `policy.defaultKernel.images` they may be the files of a kernel image: `kernel` its `/kernel/image`, `addons.squashfs`
        its `/kernel/addons.squashfs`. The image is judged like that of a pod, by the same rules, and looked into only when
        it is trusted. No image has an initrd: where the daemon has one it is pinned, or the kernel stays unknown. A file that
        could not be compared is open for that reason, and `DefaultKernelUnknown` is said of files that were.

        | the image | the node's files | verdict | reason |
        |---|---|---|---|
        """);
    for (DefaultKernelScene.Played one : defaults) {
      text.append(
          "| %s | %s | %s | `%s` |%n"
              .formatted(
                  one.scene().image(),
                  one.scene().files(),
                  one.decision().verdict().outcome(),
                  one.decision().verdict().reason()));
    }
    return text.toString();
  }

  private static String headingOf(BootScene scene) {
    return scene.asked()
        + (scene.launcher() == BootScene.Launcher.SILENT
            ? ""
            : ", by a launcher that " + scene.launcher());
  }

  private static String row(Played one) {
    Decision decision = one.decision();
    return "| %s | %s | %s | %s | %s | %s | `%s`%s |%n"
        .formatted(
            one.scene().cached(),
            one.scene().tag(),
            decision.source().map(BootSource::toString).orElse(""),
            name(one, decision.digest()),
            name(one, decision.registryDigest()),
            decision.verdict().outcome(),
            decision.verdict().reason(),
            decision.alternative().map(other -> "; or `" + other.reason() + "`").orElse(""));
  }

  private static String name(Played one, Optional<Digest> digest) {
    return digest.map(one.stage()::nameOf).orElse("");
  }
}

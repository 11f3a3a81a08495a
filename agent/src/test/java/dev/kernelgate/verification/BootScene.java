// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

/**
 * One way in which a request meets a node and a registry. There are two kernels, an old and a new
 * one; both are signed as Edera signs today, on the index.
 *
 * @param cached what the node's cache holds under the tag
 * @param tag what the registry says about the tag
 * @param launcher what it says that it is about to boot
 */
record BootScene(Asked asked, Cached cached, Tag tag, Launcher launcher) {

  /** What is asked for. */
  enum Asked {
    TAG("a tag"),
    LATEST("the tag `latest`"),
    INDEX("a tag and the digest of the old index"),
    MANIFEST("a tag and the digest of the old platform manifest"),
    VARIANT("a variant that stands for the tag"),
    CHANGED(
        "a variant that stood for the old index when the daemon started, and since for the tag"),
    CHANGED_UNSEEN(
        "a variant whose file changed after the daemon started and before the agent did"),
    UNKNOWN_VARIANT("a variant that the file does not have"),
    BOTH("an image and a variant"),
    MALFORMED("something that is no reference"),
    UNCOVERED("an image that no rule covers"),
    NOTHING("nothing, so the node's default kernel");

    private final String text;

    Asked(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What the node holds. */
  enum Cached {
    NO_CACHE("no cache"),
    NOTHING("nothing"),
    OLD("the old kernel"),
    NEW("the new kernel"),
    TAMPERED("the old kernel, changed"),
    IN_PART("an entry without its files"),
    HALF_WRITTEN("a half-written index");

    private final String text;

    Cached(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What the registry says about the tag. */
  enum Tag {
    OLD("the old kernel"),
    NEW("the new kernel"),
    MOVED("the new kernel; the agent saw the old one"),
    GONE("not there"),
    AWAY("no answer");

    private final String text;

    Tag(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What the launcher says that it boots. */
  enum Launcher {
    SILENT("says nothing"),
    OLD("boots the old kernel"),
    NEW("boots the new kernel");

    private final String text;

    Launcher(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Whether the node boots from its cache, by what is known of the daemon. */
  boolean bootsFromCache() {
    boolean isTag = asked == Asked.TAG || asked == Asked.VARIANT;
    return isTag && (cached == Cached.OLD || cached == Cached.NEW);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file system that an image's layers make, one on top of the other (OCI image-spec, layer.md).
 * Links mean places in the image and nothing else; what leads out of it, in a circle or to nothing
 * is not there. Built and asked by one thread.
 */
final class ImageTree {

  /** Links that are followed to one place, as Linux does (path_resolution(7)). */
  private static final int MAX_LINKS = 40;

  /** Files, folders and links in one image, counted as they are made. */
  private static final int MAX_NODES = 65_536;

  private final Node.Folder root = new Node.Folder(new HashMap<>());
  private int made;

  private sealed interface Node {
    record File(Digest content) implements Node {}

    record Link(String target) implements Node {}

    record Special() implements Node {}

    record Folder(Map<String, Node> children) implements Node {}
  }

  /** What becomes of a folder that is not there on the way to a place. */
  private enum Missing {
    MAKE,
    GIVE_UP
  }

  /**
   * The tree of these layers, the lowest first.
   *
   * @throws ProblemException {@code LayerUnreadable} if it has too many nodes
   */
  static ImageTree of(List<LayerContents> layers) throws ProblemException {
    ImageTree tree = new ImageTree();
    for (LayerContents layer : layers) {
      tree.apply(layer);
    }
    return tree;
  }

  /** The content of the file at an absolute path, links followed; empty if there is none. */
  Optional<Digest> file(String path) {
    Deque<String> way = segments(path);
    String last = way.removeLast();
    Walk walk = new Walk(Missing.GIVE_UP);
    if (walk.go(way)) {
      Optional<Node> found = walk.child(last);
      while (found.isPresent() && found.get() instanceof Node.Link(String target)) {
        found = walk.follow(target);
      }
      if (found.isPresent() && found.get() instanceof Node.File(Digest content)) {
        return Optional.of(content);
      }
    }
    return Optional.empty();
  }

  /**
   * First what the layer takes away: its marks are about the layers below, whatever their order.
   */
  private void apply(LayerContents layer) throws ProblemException {
    for (Entry entry : layer.entries()) {
      switch (entry) {
        case Entry.Whiteout(String path) -> remove(path);
        case Entry.Opaque(String path) -> clear(path);
        case Entry.File _, Entry.Folder _, Entry.Link _, Entry.HardLink _, Entry.Special _ -> {}
      }
    }
    for (Entry entry : layer.entries()) {
      switch (entry) {
        case Entry.File(String path, Digest digest) -> put(path, new Node.File(digest));
        case Entry.Folder(String path) -> putFolder(path);
        case Entry.Link(String path, String target) -> put(path, new Node.Link(target));
        case Entry.Special(String path) -> put(path, new Node.Special());
        case Entry.HardLink(String path, String target) -> putHardLink(path, target);
        case Entry.Whiteout _, Entry.Opaque _ -> {}
      }
      if (made > MAX_NODES) {
        throw new ProblemException(
            Reason.LAYER_UNREADABLE,
            "the image's layers make more than " + MAX_NODES + " files and directories");
      }
    }
  }

  private void remove(String path) {
    Deque<String> way = segments(path);
    String last = way.removeLast();
    Walk walk = new Walk(Missing.GIVE_UP);
    if (walk.go(way)) {
      walk.here().remove(last);
    }
  }

  private void clear(String path) {
    Walk walk = new Walk(Missing.GIVE_UP);
    if (walk.go(segments(path))) {
      walk.here().clear();
    }
  }

  private void put(String path, Node node) {
    Deque<String> way = segments(path);
    String last = way.removeLast();
    Walk walk = new Walk(Missing.MAKE);
    if (walk.go(way)) {
      walk.here().put(last, node);
      made++;
    }
  }

  /** A directory leaves one that is there as it is, and takes the place of anything else. */
  private void putFolder(String path) {
    Deque<String> way = segments(path);
    String last = way.removeLast();
    Walk walk = new Walk(Missing.MAKE);
    if (walk.go(way) && !(walk.here().get(last) instanceof Node.Folder)) {
      walk.here().put(last, new Node.Folder(new HashMap<>()));
      made++;
    }
  }

  /** The target as it is now, a link itself not followed; without one, nothing is at the path. */
  private void putHardLink(String path, String target) {
    Deque<String> way = segments(target);
    String last = way.removeLast();
    Walk walk = new Walk(Missing.GIVE_UP);
    Optional<Node> found = walk.go(way) ? walk.child(last) : Optional.empty();
    remove(path);
    if (found.isPresent() && !(found.get() instanceof Node.Folder)) {
      put(path, found.get());
    }
  }

  private static Deque<String> segments(String path) {
    return new ArrayDeque<>(
        Arrays.stream(path.split("/", -1)).filter(segment -> !segment.isEmpty()).toList());
  }

  /** A way through the folders, on which links are followed up to a bound. */
  private final class Walk {

    private final Missing missing;
    private final Deque<Node.Folder> above = new ArrayDeque<>();
    private Node.Folder current = root;
    private int links;

    Walk(Missing missing) {
      this.missing = missing;
    }

    Map<String, Node> here() {
      return current.children();
    }

    Optional<Node> child(String name) {
      return Optional.ofNullable(here().get(name));
    }

    /** What a link in this folder points to, which may be a link again; this is then its folder. */
    Optional<Node> follow(String target) {
      Deque<String> way = new ArrayDeque<>();
      if (!prepend(target, way) || way.isEmpty()) {
        return Optional.empty();
      }
      String last = way.removeLast();
      if (!go(way) || last.equals("..") || last.equals(".")) {
        return Optional.empty();
      }
      return child(last);
    }

    /** Goes along; false if there is no such folder. */
    boolean go(Deque<String> way) {
      while (!way.isEmpty()) {
        if (!step(way.removeFirst(), way)) {
          return false;
        }
      }
      return true;
    }

    private boolean step(String name, Deque<String> way) {
      if (name.equals(".")) {
        return true;
      }
      if (name.equals("..")) {
        if (above.isEmpty()) {
          return false;
        }
        current = above.pop();
        return true;
      }
      return switch (child(name).orElseGet(() -> new Node.Special())) {
        case Node.Folder folder -> enter(folder);
        case Node.Link(String target) -> prepend(target, way);
        case Node.File _ -> false;
        case Node.Special _ -> child(name).isEmpty() && make(name);
      };
    }

    private boolean make(String name) {
      if (missing == Missing.GIVE_UP) {
        return false;
      }
      Node.Folder folder = new Node.Folder(new HashMap<>());
      here().put(name, folder);
      made++;
      return enter(folder);
    }

    private boolean enter(Node.Folder folder) {
      above.push(current);
      current = folder;
      return true;
    }

    /** Puts a link's target before the rest of the way; false for one link too many. */
    private boolean prepend(String target, Deque<String> way) {
      if (++links > MAX_LINKS) {
        return false;
      }
      if (target.startsWith("/")) {
        above.clear();
        current = root;
      }
      segments(target).descendingIterator().forEachRemaining(way::addFirst);
      return true;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Completes the runnable tree that the assembly left: a Java runtime with the modules that are
 * needed, jars without signatures, and a class archive. {@code TREE CLASSES TIME [JMODS
 * [RUNNER...]]}, where CLASSES names the classes of the runtime and of libraries that the archive
 * takes, one a line, and TIME is what every file gets as its time. For another architecture JMODS
 * is the directory with the modules of its JDK, of the same version as this one, and RUNNER the
 * command that runs its programs here; without a command there is no archive. The same input gives
 * the same bytes.
 */
final class RuntimeImage {

  /**
   * What the agent, TLS, the Kubernetes client, signatures and logging run on. {@code jdeps} names
   * more, for parts of libraries that are not used.
   */
  private static final String MODULES =
      "java.base,java.logging,java.naming,java.net.http,java.xml,jdk.unsupported";

  /**
   * The security providers of these modules. Java's list names others too; each time it looks for
   * one that is not there, it makes an instance of every provider in any jar.
   */
  private static final List<String> PROVIDERS =
      List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

  private static final String PROVIDER_KEY = "security.provider.";
  private static final String ARCHIVE_NAME_FILE = "archive";
  private static final String ARCHIVE_SUFFIX = ".jsa";

  private final Path tree;
  private final Path lib;
  private final Path runtime;
  private final FileTime time;
  private final Target target;

  /**
   * The machine that the tree is for.
   *
   * @param link what jlink is told about it
   * @param runner what its programs are run with here, if they can be
   */
  private record Target(List<String> link, Optional<List<String>> runner) {

    static Target of(List<String> arguments) {
      if (arguments.isEmpty()) {
        return new Target(List.of("--strip-debug"), Optional.of(List.of()));
      }
      // What strips native code knows that of this machine only.
      List<String> link =
          List.of("--module-path", arguments.getFirst(), "--strip-java-debug-attributes");
      List<String> runner = arguments.subList(1, arguments.size());
      return new Target(link, Optional.of(runner).filter(words -> !words.isEmpty()));
    }
  }

  private RuntimeImage(Path tree, Instant time, Target target) {
    this.tree = tree;
    this.lib = tree.resolve("lib");
    this.runtime = tree.resolve("runtime");
    this.time = FileTime.from(time);
    this.target = target;
  }

  public static void main(String... arguments) throws Exception {
    List<String> words = List.of(arguments);
    Target target = Target.of(words.subList(3, words.size()));
    RuntimeImage image =
        new RuntimeImage(
            Path.of(words.get(0)).toAbsolutePath(), Instant.parse(words.get(2)), target);
    image.forgetTheLastBuild();
    for (Path jar : image.jars()) {
      LeanJar.rewrite(jar);
    }
    image.link();
    image.keepOwnProviders();
    // The virtual machine refuses an archive whose jars have other times than when it was made.
    image.setTimes();
    if (target.runner().isPresent()) {
      image.archiveClasses(target.runner().get(), Path.of(words.get(1)));
      image.setTimes();
    }
  }

  /** An archive that outlives its jars would run what they were. */
  private void forgetTheLastBuild() throws IOException {
    Files.deleteIfExists(lib.resolve(ARCHIVE_NAME_FILE));
    try (Stream<Path> files = Files.list(lib)) {
      for (Path old : files.filter(file -> file.toString().endsWith(ARCHIVE_SUFFIX)).toList()) {
        Files.delete(old);
      }
    }
    if (Files.exists(runtime)) {
      Files.walkFileTree(runtime, new Deletion());
    }
  }

  private List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private void link() throws IOException, InterruptedException {
    Path jdk = Path.of(System.getProperty("java.home"));
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin/jlink").toString());
    command.addAll(target.link());
    command.addAll(List.of("--add-modules", MODULES, "--no-header-files", "--no-man-pages"));
    command.addAll(List.of("--compress", "zip-6", "--output", runtime.toString()));
    run(command);
  }

  private void keepOwnProviders() throws IOException {
    Path file = runtime.resolve("conf/security/java.security");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.removeIf(line -> line.startsWith(PROVIDER_KEY));
    for (int number = 1; number <= PROVIDERS.size(); number++) {
      lines.add(PROVIDER_KEY + number + "=" + PROVIDERS.get(number - 1));
    }
    Files.write(file, lines);
  }

  private void archiveClasses(List<String> runner, Path classes) throws Exception {
    String name = "classes-" + hash(jars()).substring(0, 16) + ARCHIVE_SUFFIX;
    Path list = Files.createTempFile("kernelgate", ".classes");
    try {
      Files.write(list, classNames(classes));
      List<String> command = new ArrayList<>(runner);
      command.addAll(
          List.of(
              runtime.resolve("bin/java").toString(),
              "@" + lib.resolve("java.options"),
              "-Xshare:dump",
              // Says of some hundred classes that they are in the list for nothing, such as those
              // too old.
              "-Xlog:disable",
              "-Xlog:all=error:stderr",
              "-XX:SharedClassListFile=" + list,
              "-XX:SharedArchiveFile=" + lib.resolve(name),
              // From within the tree, so that the archive does not tell where that was.
              "-cp",
              tree.relativize(lib.resolve("kernelgate.jar")).toString()));
      run(command);
    } finally {
      Files.delete(list);
    }
    Files.writeString(lib.resolve(ARCHIVE_NAME_FILE), name + "\n");
  }

  /** The given classes, and all of our own. */
  private TreeSet<String> classNames(Path classes) throws IOException {
    TreeSet<String> names = new TreeSet<>(Files.readAllLines(classes));
    names.removeIf(line -> line.startsWith("#"));
    try (JarFile own = new JarFile(lib.resolve("kernelgate.jar").toFile())) {
      own.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .forEach(names::add);
    }
    return names;
  }

  private static String hash(List<Path> files) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path file : files) {
      digest.update(file.getFileName().toString().getBytes());
      try (InputStream in = Files.newInputStream(file)) {
        digest.update(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void setTimes() throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(command).directory(tree.toFile()).inheritIO();
    // Options for every Java on the machine would make this one different.
    process.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    // The archive keeps objects of the virtual machine that made it, its character set among them.
    process.environment().put("LC_ALL", "C.UTF-8");
    int status = process.start().waitFor();
    if (status != 0) {
      throw new IOException(command.getFirst() + " failed with " + status);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}

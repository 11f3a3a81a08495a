// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.kernelgate.architecture.Conditions.beInANullMarkedPackage;
import static dev.kernelgate.architecture.Conditions.holdNothingMutable;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** The package table of the design, as rules that fail the build. */
@AnalyzeClasses(
    packages = ArchitectureTest.BASE,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  static final String BASE = "dev.kernelgate";

  /** Packages that talk to the outside world. */
  private static final String[] ADAPTERS = {
    "registry",
    "layout",
    "node",
    "signature",
    "evidence",
    "layer",
    "kubernetes",
    "socket",
    "systemd",
    "metrics",
    "config",
    "cli"
  };

  /** What the agent does beside deciding. */
  private static final String[] DUTIES = {"chore", "ledger", "ahead", "canary", "host"};

  /** What more than one duty needs: how it is told, and how it is done again and again. */
  private static final Set<String> OPEN_TO_DUTIES = Set.of("metrics", "systemd", "ledger", "chore");

  private static final String[] CORE = {
    "kernel", "verdict", "json", "yaml", "oci", "policy", "verification"
  };

  @ArchTest static final ArchRule jib = home("com.google.cloud.tools..", "kernel");
  @ArchTest static final ArchRule netty = home("io.netty..", "socket");
  @ArchTest static final ArchRule sigstore = home("dev.sigstore..", "signature");
  @ArchTest static final ArchRule protobuf = home("com.google.protobuf..", "signature");
  @ArchTest static final ArchRule bouncycastle = home("org.bouncycastle..", "signature");
  @ArchTest static final ArchRule picocli = home("picocli..", "cli");
  @ArchTest static final ArchRule snakeyaml = home("org.snakeyaml..", "yaml");
  @ArchTest static final ArchRule jackson = home("tools.jackson.core..", "json");

  /** The annotations that the client's models need. */
  @ArchTest static final ArchRule jacksonModels = home("tools.jackson.databind..", "kubernetes");

  @ArchTest static final ArchRule fabric8 = home("io.fabric8..", "kubernetes");
  @ArchTest static final ArchRule tomlj = home("org.tomlj..", "node");
  @ArchTest static final ArchRule tar = home("org.apache.commons..", "layer");
  @ArchTest static final ArchRule logback = home("ch.qos.logback..", "systemd");
  @ArchTest static final ArchRule libc = home("java.lang.foreign..", "systemd");
  @ArchTest static final ArchRule prometheus = home("io.prometheus..", "metrics");
  @ArchTest static final ArchRule caffeine = home("com.github.benmanes.caffeine..", "verification");

  @ArchTest static final ArchRule kernelSeesNothingOfOurs = sees("kernel");

  @ArchTest static final ArchRule verdictSees = sees("verdict", "kernel");
  @ArchTest static final ArchRule jsonSees = sees("json", "kernel", "verdict");
  @ArchTest static final ArchRule yamlSees = sees("yaml", "kernel", "verdict");
  @ArchTest static final ArchRule ociSees = sees("oci", "kernel", "verdict", "json");
  @ArchTest static final ArchRule policySees = sees("policy", "kernel", "verdict");

  @ArchTest
  static final ArchRule verificationSees =
      sees("verification", "kernel", "verdict", "oci", "policy");

  @ArchTest static final ArchRule choreSees = sees("chore", "verdict", "systemd");

  @ArchTest
  static final ArchRule ledgerSees =
      sees("ledger", "kernel", "verdict", "verification", "metrics", "systemd");

  @ArchTest
  static final ArchRule aheadSees =
      sees("ahead", "kernel", "verdict", "policy", "verification", "ledger", "chore", "systemd");

  @ArchTest
  static final ArchRule hostSees =
      sees("host", "kernel", "verdict", "policy", "verification", "metrics", "systemd");

  @ArchTest
  static final ArchRule canarySees =
      sees(
          "canary",
          "kernel",
          "verdict",
          "json",
          "policy",
          "verification",
          "chore",
          "metrics",
          "systemd");

  @ArchTest
  static final ArchRule adaptersAndDutiesBelongToTheCompositionRoot =
      Stream.concat(Arrays.stream(ADAPTERS), Arrays.stream(DUTIES))
          .map(ArchitectureTest::usedByTheRootOnly)
          .reduce((one, other) -> CompositeArchRule.of(one).and(other))
          .orElseThrow();

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(BASE + ".(*)..").should().beFreeOfCycles();

  /** jib's reference grammar, and only that class and its exception, is allowed in. */
  @ArchTest
  static final ArchRule pureCoreUsesTheLanguageOnly =
      classes()
          .that()
          .resideInAnyPackage(packages("kernel", "verdict", "policy"))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java.lang..",
                      "java.util..",
                      "java.time..",
                      "java.security",
                      "java.nio.charset",
                      "org.jspecify..",
                      BASE + "..")
                  .or(describe("jib's grammar", ArchitectureTest::isReferenceGrammar)))
          .as("kernel, verdict and policy are pure");

  /** The cache library, which has its home in verification, is the one exception. */
  @ArchTest
  static final ArchRule flowUsesTheJdkOnly =
      classes()
          .that()
          .resideInAnyPackage(packages("oci", "verification"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.util..",
              "java.time..",
              "java.nio.charset",
              "org.jspecify..",
              "com.github.benmanes.caffeine..",
              BASE + "..")
          .as("oci and verification know no file and no network");

  @ArchTest
  static final ArchRule coreDoesNotLog =
      noClasses()
          .that()
          .resideInAnyPackage(packages(CORE))
          .should()
          .dependOnClassesThat()
          .haveNameMatching("org\\.slf4j\\..*|java\\.lang\\.System\\$Logger.*");

  @ArchTest
  static final ArchRule timeComesFromAnInjectedClock =
      noClasses()
          .that(not(describe("the composition root", ArchitectureTest::startsClocks)))
          .should()
          .accessTargetWhere(describe("reads a clock", ArchitectureTest::readsAClock));

  @ArchTest
  static final ArchRule nullnessIsDeclaredEverywhere = classes().should(beInANullMarkedPackage());

  @ArchTest
  static final ArchRule staticFieldsAreFinal = fields().that().areStatic().should().beFinal();

  @ArchTest
  static final ArchRule staticFieldsHoldNothingMutable =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should(holdNothingMutable());

  /** A credential helper is what docker calls the program, so it keeps its name. */
  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .should()
          .haveNameMatching(
              "(?!dev\\.kernelgate\\.registry\\.Credential).*(Utils?|Helpers?|Impl|Manager)")
          .orShould()
          .haveSimpleNameStartingWith("Abstract")
          .orShould()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..helper..", "..impl..", "..base..");

  @ArchTest
  static final ArchRule nothingUsesJavasOldTraps =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.util\\.logging\\..*|java\\.io\\.ObjectInputStream|sun\\..*");

  private static ArchRule home(String library, String feature) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(BASE + "." + feature)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .as(library + " is known to " + feature + " only");
  }

  private static ArchRule sees(String feature, String... seen) {
    String[] allowed =
        Stream.concat(Stream.of(feature), Stream.of(seen))
            .map(name -> BASE + "." + name)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(BASE + "." + feature)
        .should()
        .dependOnClassesThat(resideInAPackage(BASE + "..").and(not(resideInAnyPackage(allowed))))
        .as(feature + " sees of ours only " + Arrays.toString(seen));
  }

  private static ArchRule usedByTheRootOnly(String feature) {
    String[] duties = packages(OPEN_TO_DUTIES.contains(feature) ? DUTIES : new String[0]);
    return noClasses()
        .that(not(resideInAnyPackage(BASE, BASE + "." + feature).or(resideInAnyPackage(duties))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BASE + "." + feature)
        .as(feature + " is used by nobody but the composition root")
        .allowEmptyShould(true);
  }

  private static String[] packages(String... features) {
    return Arrays.stream(features).map(feature -> BASE + "." + feature).toArray(String[]::new);
  }

  private static boolean isReferenceGrammar(JavaClass type) {
    return type.getName().startsWith("com.google.cloud.tools.jib.api.ImageReference")
        || type.getName().equals("com.google.cloud.tools.jib.api.InvalidImageReferenceException");
  }

  private static boolean startsClocks(JavaClass type) {
    return Set.of(BASE + ".Agent", BASE + ".Main").contains(type.getName());
  }

  private static boolean readsAClock(JavaAccess<?> access) {
    String target = access.getTargetOwner().getName() + "." + access.getName();
    return target.matches(
        "java\\.lang\\.System\\.(currentTimeMillis|nanoTime)"
            + "|java\\.time\\.(Clock|InstantSource)\\.(system|tick).*"
            + "|java\\.time\\.[A-Za-z]+\\.now");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextMatchTest {

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"main", "Main ", "mai", "main-evil", "xmain", "main\n", ""})
  void comparesExactlyToTheLastCharacter(String text) {
    assertThat(new TextMatch.Exact("Main").accepts(text)).isFalse();
    assertThat(new TextMatch.Exact("main").accepts(text)).isEqualTo(text.equals("main"));
  }

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource({
    "^refs/heads/(main|lts)$,  refs/heads/main,        true",
    "^refs/heads/(main|lts)$,  refs/heads/main-evil,   false",
    "^refs/heads/(main|lts)$,  xrefs/heads/main,       false",
    "^a|b$,                    ax,                     false",
    "^a|b$,                    xb,                     false",
    "^v[0-9]+\\\\$,            v1,                     false",
    "^v[0-9]+$,                v12,                    true",
  })
  void matchesAPatternAgainstTheWholeText(String pattern, String text, boolean matches) {
    assertThat(new TextMatch.Pattern(pattern).accepts(text)).isEqualTo(matches);
  }

  @Test
  void doesNotMatchWhenALineFollows() {
    assertThat(new TextMatch.Pattern("^main$").accepts("main\n")).isFalse();
    assertThat(new TextMatch.Pattern("^main.*$").accepts("main\nevil")).isFalse();
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {
        "",
        "main",
        "^main",
        "main$",
        "^main\\$",
        "^.*$",
        "^.+$",
        "^$",
        "^.?$",
        "^[a-z]*$",
        "^\\w+$",
        "^https://.*$",
        "^(a$",
        "^[$",
        "$^"
      })
  void refusesPatternsThatAreNotAnchoredMalformedOrNoRestriction(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> new TextMatch.Pattern(pattern));
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"", " ", "\t\n"})
  void refusesABlankExactText(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new TextMatch.Exact(text));
  }

  @Test
  void refusesToLookAtMoreThanTheLimit() {
    TextMatch pattern = new TextMatch.Pattern("^a[b]*$");

    assertThat(pattern.accepts("a" + "b".repeat(TextMatch.MAX_LENGTH - 1))).isTrue();
    assertThat(pattern.accepts("a" + "b".repeat(TextMatch.MAX_LENGTH))).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextMatch.Exact("x".repeat(TextMatch.MAX_LENGTH + 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextMatch.Pattern("^" + "x".repeat(TextMatch.MAX_LENGTH) + "$"));
  }

  /** Without the bound on steps these run longer than the universe is old. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"^a(x+x+)+y$", "^a(x|x)*y$", "^(ax*)*(x*x*)*y$", "^a(.*.*.*.*.*)*y$"})
  void endsARunawayMatchAsNoMatch(String pattern) {
    assertThat(new TextMatch.Pattern(pattern).accepts("a" + "x".repeat(500))).isFalse();
  }

  @Test
  void patternsWrittenTheSameAreEqual() {
    assertThat(new TextMatch.Pattern("^a+$"))
        .isEqualTo(new TextMatch.Pattern("^a+$"))
        .hasSameHashCodeAs(new TextMatch.Pattern("^a+$"))
        .isNotEqualTo(new TextMatch.Pattern("^a*b$"));
  }
}

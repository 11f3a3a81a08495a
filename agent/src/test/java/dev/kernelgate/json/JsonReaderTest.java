// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {

  private static JsonObject read(String text) throws MalformedJsonException {
    return JsonReader.read(text.getBytes(UTF_8));
  }

  @Test
  void readsMembersByTheirType() throws MalformedJsonException {
    JsonObject json =
        read("{\"t\":\"x\",\"n\":7,\"b\":true,\"o\":{\"i\":\"y\"},\"a\":[{\"i\":1}],\"z\":null}");

    assertThat(json.text("t")).contains("x");
    assertThat(json.number("n")).contains(7L);
    assertThat(json.truth("b")).contains(true);
    assertThat(json.requireObject("o").texts("missing")).isEmpty();
    assertThat(json.texts("o")).isEqualTo(Map.of("i", "y"));
    assertThat(json.objects("a").getFirst().number("i")).contains(1L);
    assertThat(json.text("z")).isEmpty();
    assertThat(json.has("z")).isTrue();
    assertThat(json.text("absent")).isEmpty();
  }

  @Test
  void namesTheMemberThatIsOfAnotherType() throws MalformedJsonException {
    JsonObject json = read("{\"a\":[{\"digest\":5}]}");

    assertThatThrownBy(() -> json.objects("a").getFirst().text("digest"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("a[0].digest is not a string");
    assertThatThrownBy(() -> json.requireText("mediaType")).hasMessage("mediaType is missing");
    assertThatThrownBy(() -> json.texts("a")).hasMessage("a is not an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "\"text\"",
        "{",
        "{\"a\":1",
        "{\"a\":1,\"a\":2}",
        "{\"o\":{\"a\":1,\"a\":2}}",
        "{} {}",
        "{}x",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "// comment\n{}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":123456789012345678901234567890}",
        "\u001f\u008b\b"
      })
  void refusesWhatIsNotOneStrictObject(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] bytes = "{\"a\":\"x\"}".getBytes(UTF_8);
    bytes[6] = (byte) 0xff;

    assertThatThrownBy(() -> JsonReader.read(bytes)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void boundsDepthAndCount() {
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(MalformedJsonException.class);
    assertThatThrownBy(() -> read("{\"a\":" + "{\"a\":".repeat(40) + "1" + "}".repeat(41)))
        .isInstanceOf(MalformedJsonException.class);
    assertThatThrownBy(() -> read("{\"a\":[" + "1,".repeat(JsonReader.MAX_VALUES) + "1]}"))
        .hasMessage("it has more than " + JsonReader.MAX_VALUES + " values");
  }

  @Test
  void writesMembersInOrderAndLeavesOutWhatIsEmpty() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("b", Optional.of("x\"\n"));
    members.put("a", Optional.empty());
    members.put("n", List.of(1, 2L, true));
    members.put("o", Map.of("k", Optional.of(Map.of())));

    assertThat(JsonText.of(members))
        .isEqualTo("{\"b\":\"x\\\"\\n\",\"n\":[1,2,true],\"o\":{\"k\":{}}}");
  }
}

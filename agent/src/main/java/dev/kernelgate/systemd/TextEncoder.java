// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;

/**
 * Time, level, message, and the top of what was thrown. The library's own encoder makes the same
 * lines from a pattern, whose parser and converters cost every start more than the rest of logging.
 */
final class TextEncoder extends EncoderBase<ILoggingEvent> {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** So many frames of each exception. */
  private static final String FRAMES = "5";

  private final ThrowableProxyConverter thrown = new ThrowableProxyConverter();

  TextEncoder() {
    thrown.setOptionList(List.of(FRAMES));
    thrown.start();
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (TIME.format(event.getInstant())
            + " "
            + event.getLevel().toString().concat(" ").substring(0, 5)
            + " "
            + event.getFormattedMessage()
            + "\n"
            + thrown.convert(event))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}

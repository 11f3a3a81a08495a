// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * A socket in the Unix domain that receives datagrams, as journald and systemd have. Receives on
 * the caller's thread; one at a time.
 */
public final class DatagramReceiver implements AutoCloseable {

  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final long SECONDS = 30;
  private static final int MAX_BYTES = 256 * 1024;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(MAX_BYTES);
  private final MethodHandle receive =
      libc("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private final int descriptor;

  private DatagramReceiver(byte[] path) {
    MemorySegment address = arena.allocate(Short.BYTES + path.length, Short.BYTES);
    address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, Short.BYTES, path.length);
    MethodHandle socket =
        libc("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle bind = libc("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    MethodHandle option =
        libc(
            "setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    MemorySegment patience = arena.allocateFrom(JAVA_LONG, SECONDS, 0);
    try {
      descriptor = (int) socket.invokeExact((int) AF_UNIX, SOCK_DGRAM, 0);
      require((int) bind.invokeExact(descriptor, address, (int) address.byteSize()), "bind");
      require(
          (int) option.invokeExact(descriptor, SOL_SOCKET, SO_RCVTIMEO, patience, 16),
          "setsockopt");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Listens at a path, or at {@code @} and a name in the abstract namespace. */
  public static DatagramReceiver at(String address) {
    byte[] path =
        (address.startsWith("@") ? "\0" + address.substring(1) : address + "\0")
            .getBytes(StandardCharsets.UTF_8);
    return new DatagramReceiver(path);
  }

  /** The next datagram; fails when none comes, and after an interrupt: a test's time is over. */
  public byte[] receive() {
    if (Thread.currentThread().isInterrupted()) {
      throw new AssertionError("no more datagrams are waited for");
    }
    long length;
    try {
      length = (long) receive.invokeExact(descriptor, buffer, (long) MAX_BYTES, 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (length < 0) {
      throw new AssertionError("no datagram came");
    }
    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
  }

  /** The next datagram, as text. */
  public String receiveText() {
    return new String(receive(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      require(
          (int) libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)).invokeExact(descriptor),
          "close");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    arena.close();
  }

  private static void require(int result, String call) {
    if (result < 0) {
      throw new AssertionError(call + " failed");
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle libc(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }
}

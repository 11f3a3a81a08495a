// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to one address in the Unix domain, through libc. The receiver is looked up for
 * each datagram, so one that was restarted is found again. Safe for any thread until it is closed.
 */
final class UnixDatagram implements AutoCloseable {

  // The values are those of Linux on x86-64 and arm64 alike.
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0_2000000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ENOBUFS = 105;

  /** {@code sun_path} of unix(7), with room for the byte that ends it. */
  private static final int MAX_PATH = 107;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      libc(
          "socket",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle SENDTO =
      libc(
          "sendto",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      libc("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final String name;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment address;
  private final int descriptor;

  private UnixDatagram(String name) throws IOException {
    this.name = name;
    this.address = address(name, arena);
    try (Arena call = Arena.ofConfined()) {
      MemorySegment state = call.allocate(CALL_STATE);
      this.descriptor =
          (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (descriptor < 0) {
        throw failure("there is no socket for", state);
      }
    } catch (IOException e) {
      arena.close();
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("socket(2) is a plain call", e);
    }
  }

  /**
   * A sender to this address, which need not exist yet.
   *
   * @param address a path, or {@code @} and a name in the abstract namespace
   * @throws IOException if it is neither, or there are no sockets
   */
  static UnixDatagram to(String address) throws IOException {
    return new UnixDatagram(address);
  }

  /**
   * Sends without waiting.
   *
   * @return false if the receiver's queue is full
   * @throws IOException if the receiver is away, or the datagram is too long for it
   */
  boolean offer(byte[] datagram) throws IOException {
    return send(datagram, MSG_DONTWAIT);
  }

  /**
   * Sends, and waits while the receiver's queue is full.
   *
   * @throws IOException if the receiver is away, or the datagram is too long for it
   */
  void send(byte[] datagram) throws IOException {
    if (!send(datagram, 0)) {
      throw new IOException("the kernel has no buffers for " + name);
    }
  }

  /** Nobody may be sending. */
  @Override
  public void close() {
    try (Arena call = Arena.ofConfined()) {
      var _ = (int) CLOSE.invokeExact(call.allocate(CALL_STATE), descriptor);
    } catch (Throwable e) {
      throw new AssertionError("close(2) is a plain call", e);
    }
    arena.close();
  }

  private boolean send(byte[] datagram, int flags) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment state = call.allocate(CALL_STATE);
      MemorySegment bytes = call.allocateFrom(ValueLayout.JAVA_BYTE, datagram);
      while (true) {
        long sent =
            (long)
                SENDTO.invokeExact(
                    state,
                    descriptor,
                    bytes,
                    bytes.byteSize(),
                    flags | MSG_NOSIGNAL,
                    address,
                    (int) address.byteSize());
        if (sent >= 0) {
          return true;
        }
        switch ((int) ERRNO.get(state, 0L)) {
          case EINTR -> {}
          case EAGAIN, ENOBUFS -> {
            return false;
          }
          default -> throw failure("a datagram was not taken by", state);
        }
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("sendto(2) is a plain call", e);
    }
  }

  private IOException failure(String what, MemorySegment state) {
    return new IOException(what + " " + name + " (errno " + (int) ERRNO.get(state, 0L) + ")");
  }

  /** A {@code struct sockaddr_un}; its length ends an abstract name, a zero byte ends a path. */
  private static MemorySegment address(String name, Arena arena) throws IOException {
    boolean isAbstract = name.startsWith("@");
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if ((!isAbstract && !name.startsWith("/")) || path.length > MAX_PATH) {
      arena.close();
      throw new IOException("no address of a Unix socket: '" + name + "'");
    }
    MemorySegment address =
        arena.allocate(Short.BYTES + path.length + (isAbstract ? 0L : 1L), Short.BYTES);
    address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
    if (isAbstract) {
      address.set(ValueLayout.JAVA_BYTE, Short.BYTES, (byte) 0);
    }
    return address;
  }

  /** The launcher and the manifest of the jar allow native access. */
  @SuppressWarnings("restricted")
  private static MethodHandle libc(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(function),
        type,
        Linker.Option.captureCallState("errno"));
  }
}

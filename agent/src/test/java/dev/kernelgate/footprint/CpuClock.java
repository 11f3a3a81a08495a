// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * The CPU time of another process, to the nanosecond and with that of its threads that have ended:
 * {@code /proc/PID/stat} counts in hundredths of a second, which is a lot for an idle agent, and
 * {@code schedstat} only the threads that live. For any thread.
 *
 * @param id what clock_gettime(2) knows it by
 */
record CpuClock(int id) {

  private static final MemoryLayout TIMESPEC =
      MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final MethodHandle CLOCK_GETCPUCLOCKID = libc("clock_getcpuclockid");
  private static final MethodHandle CLOCK_GETTIME = libc("clock_gettime");

  /** The clock of a process that runs. */
  static CpuClock of(Process process) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
      int error = (int) CLOCK_GETCPUCLOCKID.invokeExact(Math.toIntExact(process.pid()), id);
      if (error != 0) {
        throw new IllegalStateException("process " + process.pid() + " has no clock: " + error);
      }
      return new CpuClock(id.get(ValueLayout.JAVA_INT, 0));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("clock_getcpuclockid(3) is a plain call", e);
    }
  }

  /** What the process has used since it began; fails when it has ended. */
  Duration time() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC);
      if ((int) CLOCK_GETTIME.invokeExact(id, time) != 0) {
        throw new IllegalStateException("the process has ended");
      }
      return Duration.ofSeconds(
          time.get(ValueLayout.JAVA_LONG, 0), time.get(ValueLayout.JAVA_LONG, Long.BYTES));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("clock_gettime(2) is a plain call", e);
    }
  }

  /** A function of a 32-bit number and an address. */
  @SuppressWarnings("restricted") // There is no other way to libc.
  private static MethodHandle libc(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

__attribute__((noreturn)) static void echo(int fd) {
  char byte;

  while (read(fd, &byte, 1) == 1 && write(fd, &byte, 1) == 1)
    continue;
  _exit(0);
}

void measure_ping(int64_t warm_up_ns, int64_t duration_ns, struct measurement *ret) {
  int64_t begin = now_ns() + warm_up_ns;
  int64_t end = begin + duration_ns;
  int64_t start = now_ns();
  int pair[2];
  char byte = 0;

  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    die("socketpair failed");
  switch (fork()) {
    case -1:
      die("fork failed");
    case 0:
      (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
      (void) close(pair[0]);
      echo(pair[1]);
    default:
      (void) close(pair[1]);
  }
  while (start < end) {
    int64_t stop;

    if (write(pair[0], &byte, 1) != 1 || read(pair[0], &byte, 1) != 1)
      die("the echo ended");
    stop = now_ns();
    if (start >= begin)
      histogram_add(&ret->latency, stop - start);
    start = stop;
  }
  ret->seconds = (double) (start - begin) / 1e9;
  (void) close(pair[0]);
}

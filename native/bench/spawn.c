/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "load.h"

extern char **environ;

void measure_spawn(char *const command[], unsigned runs, struct measurement *ret) {
  posix_spawn_file_actions_t actions;
  int64_t begin = now_ns();

  if (posix_spawn_file_actions_init(&actions) != 0 ||
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) != 0)
    die("posix_spawn_file_actions failed");
  for (unsigned i = 0; i < runs; i++) {
    int64_t start = now_ns();
    pid_t child;
    int status;
    int r = posix_spawnp(&child, command[0], &actions, NULL, command, environ);

    if (r != 0)
      die("cannot start %s: %s", command[0], strerror(r));
    if (waitpid(child, &status, 0) != child)
      die("waitpid failed");
    histogram_add(&ret->latency, now_ns() - start);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      ret->unexpected++;
  }
  ret->seconds = (double) (now_ns() - begin) / 1e9;
  (void) posix_spawn_file_actions_destroy(&actions);
}

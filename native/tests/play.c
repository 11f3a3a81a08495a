/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command while a server plays a scene, for tests that are shell scripts.
 *
 * usage: play SOCKET SCENE ARGUMENT COMMAND...
 *
 * The exit status is the command's. The server has the uid of the caller.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "server.h"

static const struct {
  const char *name;
  play *play;
} scenes[] = {
    {"file", play_file},
    {"drip", play_drip},
    {"half", play_half},
    {"silence", play_silence},
    {"slow-drip", play_slow_drip},
    {"end", play_end},
};

static play *find(const char *name) {
  for (unsigned i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
    if (strcmp(scenes[i].name, name) == 0)
      return scenes[i].play;
  fprintf(stderr, "play: no scene %s\n", name);
  exit(64);
}

int main(int argc, char *argv[]) {
  pid_t server;
  pid_t child;
  int status;

  require(argc >= 5);
  server = server_start(argv[1], getuid(), find(argv[2]), argv[3]);
  child = fork();
  require(child >= 0);
  if (child == 0) {
    execvp(argv[4], argv + 4);
    _exit(127);
  }
  require(waitpid(child, &status, 0) == child);
  server_stop(server, argv[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

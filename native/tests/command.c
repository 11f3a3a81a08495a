/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

/* A file without a name: unlike a pipe it holds any output without a reader. */
static int scratch_file(void) {
  char path[] = "/tmp/kernelgate-output.XXXXXX";
  int fd = mkostemp(path, O_CLOEXEC);

  require(fd >= 0 && unlink(path) == 0);
  return fd;
}

static void take(int fd, char *ret_text, size_t capacity) {
  ssize_t n;

  require(lseek(fd, 0, SEEK_SET) == 0);
  n = read(fd, ret_text, capacity - 1);
  require(n >= 0);
  ret_text[n] = '\0';
  (void) close(fd);
}

static void become(const char *const arguments[], int input, enum output output, int out, int err) {
  require(dup2(input, STDIN_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
  if (output == OUTPUT_FULL)
    out = open("/dev/full", O_WRONLY | O_CLOEXEC);
  require(dup2(out, STDOUT_FILENO) >= 0);
  if (output == OUTPUT_CLOSED)
    (void) close(STDOUT_FILENO);
  execvp(arguments[0], (char *const *) (size_t) arguments);
  _exit(127);
}

struct result command_run(const char *const arguments[], const char *input, enum output output) {
  struct result result = {0};
  struct timespec start;
  struct timespec end;
  int out = scratch_file();
  int err = scratch_file();
  int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int status;
  pid_t child;

  if (input) {
    (void) close(in);
    in = scratch_file();
    require(write(in, input, strlen(input)) == (ssize_t) strlen(input));
    require(lseek(in, 0, SEEK_SET) == 0);
  }
  (void) clock_gettime(CLOCK_MONOTONIC, &start);
  child = fork();
  require(child >= 0);
  if (child == 0)
    become(arguments, in, output, out, err);
  require(waitpid(child, &status, 0) == child);
  (void) clock_gettime(CLOCK_MONOTONIC, &end);
  result.ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  take(out, result.out, sizeof(result.out));
  take(err, result.err, sizeof(result.err));
  (void) close(in);
  return result;
}

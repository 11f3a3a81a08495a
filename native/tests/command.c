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

/* Writes blanks into a pipe that holds a page; its exit status says whether all were read. */
static pid_t start_writer(size_t size, int *ret_read_end) {
  char blanks[1024];
  int ends[2];
  pid_t writer;

  require(pipe2(ends, O_CLOEXEC) == 0);
  require(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 0);
  writer = fork();
  require(writer >= 0);
  if (writer == 0) {
    (void) signal(SIGPIPE, SIG_DFL);
    (void) close(ends[0]);
    memset(blanks, ' ', sizeof(blanks));
    while (size > 0) {
      ssize_t n = write(ends[1], blanks, size < sizeof(blanks) ? size : sizeof(blanks));

      if (n <= 0)
        _exit(1);
      size -= (size_t) n;
    }
    _exit(0);
  }
  (void) close(ends[1]);
  *ret_read_end = ends[0];
  return writer;
}

static int wait_for(pid_t child) {
  int status;

  require(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct result command_run(const char *const arguments[], size_t input_size, enum output output) {
  struct result result = {0};
  struct timespec start;
  struct timespec end;
  int out = scratch_file();
  int err = scratch_file();
  int in;
  pid_t writer = start_writer(input_size, &in);
  pid_t child;

  (void) clock_gettime(CLOCK_MONOTONIC, &start);
  child = fork();
  require(child >= 0);
  if (child == 0)
    become(arguments, in, output, out, err);
  (void) close(in);
  result.status = wait_for(child);
  (void) clock_gettime(CLOCK_MONOTONIC, &end);
  result.ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
  result.input_taken = wait_for(writer) == 0;
  take(out, result.out, sizeof(result.out));
  take(err, result.err, sizeof(result.err));
  return result;
}

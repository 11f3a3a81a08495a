/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

#define FOREVER_MS 60000
#define REQUEST_MAX 32768u

static int bind_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  require(fd >= 0 && strlen(path) < sizeof(address.sun_path));
  strcpy(address.sun_path, path);
  (void) unlink(path);
  require(bind(fd, (struct sockaddr *) &address, sizeof(address)) == 0);
  return fd;
}

static void serve(int listener, play *scene, const char *argument) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
      continue;
    scene(fd, argument);
    (void) close(fd);
  }
}

pid_t server_start(const char *path, uid_t uid, play *scene, const char *argument) {
  int listener = bind_at(path);
  int ready[2];
  char byte;
  pid_t server;

  require(pipe(ready) == 0);
  server = fork();
  require(server >= 0);
  if (server == 0) {
    (void) signal(SIGPIPE, SIG_IGN);
    require(getuid() == uid || setuid(uid) == 0);
    /* After setuid(), which clears it. */
    require(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    /* Only here: callers see the user of whoever called listen(2). */
    require(listen(listener, 16) == 0);
    require(write(ready[1], "", 1) == 1);
    serve(listener, scene, argument);
  }
  (void) close(listener);
  (void) close(ready[1]);
  require(read(ready[0], &byte, 1) == 1);
  (void) close(ready[0]);
  return server;
}

void server_stop(pid_t server, const char *path) {
  (void) kill(server, SIGKILL);
  (void) waitpid(server, NULL, 0);
  (void) unlink(path);
}

int server_start_deaf(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int listener = bind_at(path);
  int filler = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  require(listen(listener, 0) == 0);
  strcpy(address.sun_path, path);
  /* A backlog of 0 still holds one connection. */
  require(connect(filler, (struct sockaddr *) &address, sizeof(address)) == 0);
  return listener;
}

void pause_ms(int ms) {
  (void) poll(NULL, 0, ms);
}

/*
 * Reads until the last byte of the JSON body, or of the head of a GET, which has none. The test
 * requests hold no brace but the body's.
 */
static size_t read_request(int fd, char *ret_request, size_t capacity) {
  size_t size = 0;

  while (size + 1 < capacity) {
    ssize_t n = read(fd, ret_request + size, capacity - size - 1);

    if (n <= 0)
      break;
    size += (size_t) n;
    ret_request[size] = '\0';
    if (strstr(ret_request, "\r\n\r\n") &&
        (ret_request[size - 1] == '}' || strncmp(ret_request, "GET ", 4) == 0))
      break;
  }
  return size;
}

static void skip_request(int fd) {
  char request[REQUEST_MAX];

  (void) read_request(fd, request, sizeof(request));
}

static void say(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

    if (n < 0)
      return; /* the caller is gone, which is its right */
    bytes += n;
    size -= (size_t) n;
  }
}

static size_t load(const char *path, char *ret_bytes, size_t capacity) {
  FILE *file = fopen(path, "rb");
  size_t size;

  require(file);
  size = fread(ret_bytes, 1, capacity, file);
  (void) fclose(file);
  return size;
}

static void say_part(int fd, const char *path, size_t parts, int pace_ms) {
  char bytes[65536];
  size_t size = load(path, bytes, sizeof(bytes)) / parts;

  if (pace_ms < 0)
    return say(fd, bytes, size);
  for (size_t i = 0; i < size; i++) {
    say(fd, bytes + i, 1);
    if (pace_ms > 0)
      pause_ms(pace_ms);
  }
}

void play_file(int fd, const char *argument) {
  skip_request(fd);
  say_part(fd, argument, 1, -1);
}

void play_file_unasked(int fd, const char *argument) {
  say_part(fd, argument, 1, -1);
}

void play_drip(int fd, const char *argument) {
  skip_request(fd);
  say_part(fd, argument, 1, 0);
}

void play_slow_drip(int fd, const char *argument) {
  skip_request(fd);
  say_part(fd, argument, 1, 20);
}

void play_half(int fd, const char *argument) {
  skip_request(fd);
  say_part(fd, argument, 2, -1);
}

void play_half_and_silence(int fd, const char *argument) {
  play_half(fd, argument);
  pause_ms(FOREVER_MS);
}

void play_half_and_death(int fd, const char *argument) {
  play_half(fd, argument);
  (void) raise(SIGKILL);
}

void play_silence(int fd, const char *argument) {
  (void) argument;
  skip_request(fd);
  pause_ms(FOREVER_MS);
}

void play_deafness(int fd, const char *argument) {
  (void) fd;
  (void) argument;
  pause_ms(FOREVER_MS);
}

void play_end(int fd, const char *argument) {
  (void) argument;
  skip_request(fd);
}

void play_death(int fd, const char *argument) {
  (void) argument;
  skip_request(fd);
  (void) raise(SIGKILL);
}

void play_endless_head(int fd, const char *argument) {
  static const char status[] = "HTTP/1.1 200 OK\r\nX: ";
  char blank[4096];

  (void) argument;
  skip_request(fd);
  say(fd, status, sizeof(status) - 1);
  memset(blank, ' ', sizeof(blank));
  for (unsigned i = 0; i < 256; i++)
    say(fd, blank, sizeof(blank));
}

void play_endless_body(int fd, const char *argument) {
  static const char head[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\nKernelgate-Boot: true\r\n"
      "Kernelgate-Verdict: rejected\r\nKernelgate-Reason: NoSignature\r\n\r\n";
  char blank[4096];

  (void) argument;
  skip_request(fd);
  say(fd, head, sizeof(head) - 1);
  memset(blank, ' ', sizeof(blank));
  for (unsigned i = 0; i < 256; i++)
    say(fd, blank, sizeof(blank));
}

void play_surprise(int fd, const char *argument) {
  char byte;

  (void) argument;
  if (read(fd, &byte, 1) > 0)
    fprintf(stderr, "FAILED: a server of another user was asked something\n");
}

void play_expecting_probe(int fd, const char *argument) {
  static const char yes[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  char request[REQUEST_MAX] = "";
  char expected[256];

  (void) read_request(fd, request, sizeof(request));
  (void) snprintf(
      expected,
      sizeof(expected),
      "GET %s HTTP/1.1\r\nHost: kernelgate\r\nUser-Agent: libkernelgate/0.1.0\r\n"
      "Connection: close\r\n\r\n",
      argument);
  if (strcmp(request, expected) == 0)
    say(fd, yes, sizeof(yes) - 1);
  else
    fprintf(stderr, "FAILED: the request was %s\n", request);
}

void play_expecting_request(int fd, const char *argument) {
  static const char yes[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKernelgate-Boot: true\r\n"
      "Kernelgate-Verdict: rejected\r\nKernelgate-Reason: NoSignature\r\n\r\n";
  char request[REQUEST_MAX] = "";
  const char *body;

  (void) read_request(fd, request, sizeof(request));
  body = strstr(request, "\r\n\r\n");
  if (body && strcmp(body + 4, argument) == 0)
    say(fd, yes, sizeof(yes) - 1);
  else
    fprintf(stderr, "FAILED: the request was %s\n", request);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an HTTP server costs that decides nothing: one thread, epoll, a constant answer. It takes
 * every readable chunk for one whole request, which holds for this load generator, whose requests
 * arrive in one piece, and for nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define FIXED_SIZE 300u
#define EVENTS 256

static size_t put_answer(char *ret_answer, size_t capacity) {
  static const char head[] =
      "HTTP/1.1 200 OK\r\n"
      "Content-Length: %03u\r\n"
      "Kernelgate-Boot: true\r\n"
      "Kernelgate-Verdict: trusted\r\n"
      "Kernelgate-Reason: SignedIndex\r\n"
      "Kernelgate-Digest: sha256:%064u\r\n"
      "\r\n";
  int size = snprintf(ret_answer, capacity, head, 0u, 0u);

  size = snprintf(ret_answer, capacity, head, FIXED_SIZE - (unsigned) size, 0u);
  memset(ret_answer + size, ' ', FIXED_SIZE - (size_t) size);
  ret_answer[size] = '{';
  ret_answer[FIXED_SIZE - 1] = '}';
  return FIXED_SIZE;
}

static int listen_at(const char *path) {
  struct sockaddr_un address = address_of(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  (void) unlink(path);
  if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0 ||
      listen(fd, CONNECTIONS_MAX) < 0)
    die("cannot listen at %s: %s", path, strerror(errno));
  return fd;
}

static void watch(int poller, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0)
    die("epoll_ctl failed: %s", strerror(errno));
}

void serve_fixed_answer(const char *path) {
  struct epoll_event events[EVENTS];
  char answer[2 * FIXED_SIZE];
  size_t size = put_answer(answer, sizeof(answer));
  int listener = listen_at(path);
  int poller = epoll_create1(EPOLL_CLOEXEC);
  char request[65536];

  watch(poller, listener);
  for (;;) {
    int ready = epoll_wait(poller, events, EVENTS, -1);

    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;

      if (fd == listener) {
        int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (caller >= 0)
          watch(poller, caller);
      } else if (
          recv(fd, request, sizeof(request), MSG_DONTWAIT) <= 0 ||
          send(fd, answer, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        (void) close(fd);
      }
    }
  }
}

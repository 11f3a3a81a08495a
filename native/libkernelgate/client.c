/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection, one question, one answer, one deadline. No name is looked up, nothing is retried
 * and nothing is cached: what the caller gets is what the agent says now.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

/* What is sent, and how the answer to it is read. */
struct exchange {
  const char *question;
  size_t size;
  int (*parse)(const char *bytes, size_t size, const char *digest, struct kg_decision *ret);
};

#define _cleanup_close_ __attribute__((cleanup(close_descriptor)))

static void close_descriptor(int *fd) {
  if (*fd >= 0)
    (void) close(*fd);
}

static int64_t now_ms(void) {
  struct timespec now;

  (void) clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds left, 0 when the deadline has passed. */
static int left_ms(int64_t deadline) {
  int64_t left = deadline - now_ms();

  return left > 0 ? (int) left : 0;
}

/* Waits until the socket is ready; -ETIMEDOUT at the deadline. */
static int wait_for(int fd, short events, int64_t deadline) {
  for (;;) {
    struct pollfd ready = {.fd = fd, .events = events};
    int left = left_ms(deadline);
    int r;

    if (left == 0)
      return -ETIMEDOUT;
    r = poll(&ready, 1, left);
    if (r > 0)
      return 0;
    if (r < 0 && errno != EINTR)
      return -errno;
  }
}

/*
 * Connects within the deadline. On a Unix socket a full backlog makes connect(2) wait, which poll
 * cannot see; its wait is bounded by SO_SNDTIMEO (socket(7)), after which it fails with EAGAIN.
 */
static int connect_by(int fd, const struct sockaddr_un *address, int64_t deadline) {
  for (;;) {
    int left = left_ms(deadline);
    struct timeval timeout = {.tv_sec = left / 1000, .tv_usec = (left % 1000) * 1000};

    if (left == 0)
      return -ETIMEDOUT;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) < 0)
      return -errno;
    if (connect(fd, (const struct sockaddr *) address, sizeof(*address)) == 0)
      return 0;
    if (errno == EAGAIN)
      return -ETIMEDOUT;
    if (errno != EINTR)
      return -errno;
  }
}

/*
 * The uid of whoever called listen(2), from the kernel (unix(7)). Whoever can put a socket in the
 * agent's place could say yes to everything.
 */
static int check_server(int fd, uid_t uid) {
  struct ucred server;
  socklen_t size = sizeof(server);

  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) < 0)
    return -errno;
  return size == sizeof(server) && server.uid == uid ? 0 : -EPERM;
}

static int send_all(int fd, const char *bytes, size_t size, int64_t deadline) {
  while (size > 0) {
    ssize_t n;
    int r = wait_for(fd, POLLOUT, deadline);

    if (r < 0)
      return r;
    n = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
      if (errno == EINTR || errno == EAGAIN)
        continue;
      return -errno;
    }
    bytes += n;
    size -= (size_t) n;
  }
  return 0;
}

/* Receives until the answer is complete. An answer that has begun is never "no answer". */
static int receive(
    int fd,
    const struct exchange *exchange,
    const char *digest,
    int64_t deadline,
    struct kg_decision *ret_decision) {
  char bytes[KG_ANSWER_MAX + 1]; /* one more, to see that an answer is too long */
  size_t size = 0;

  for (;;) {
    ssize_t n;
    int r = wait_for(fd, POLLIN, deadline);

    if (r < 0)
      return r == -ETIMEDOUT && size > 0 ? -EBADMSG : r;
    n = recv(fd, bytes + size, sizeof(bytes) - size, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n < 0 && errno != ECONNRESET)
      return -errno;
    if (n <= 0)
      return size > 0 ? -EBADMSG : -ECONNRESET;
    size += (size_t) n;
    r = exchange->parse(bytes, size, digest, ret_decision);
    if (r != -ENODATA)
      return r;
  }
}

/* The agent is asked to answer a little before we give up, so that it can say why it could not. */
static unsigned agent_deadline_ms(unsigned timeout_ms) {
  unsigned margin = timeout_ms / 10;

  return timeout_ms - (margin < 500 ? margin : 500);
}

static unsigned timeout_of(const struct kg_request *request) {
  return request->timeout_ms ? request->timeout_ms : KG_TIMEOUT_DEFAULT_MS;
}

/* Whether the time and the path are within their bounds; *ret_address is where to connect. */
static int find_server(const struct kg_request *request, struct sockaddr_un *ret_address) {
  const char *path = request->socket_path ? request->socket_path : KG_SOCKET_PATH;

  if (timeout_of(request) > KG_TIMEOUT_MAX_MS || path[0] != '/' ||
      strlen(path) >= sizeof(ret_address->sun_path))
    return -EINVAL;
  *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
  memcpy(ret_address->sun_path, path, strlen(path) + 1);
  return 0;
}

static int converse(
    const struct kg_request *request,
    const struct sockaddr_un *address,
    const struct exchange *exchange,
    int64_t deadline,
    struct kg_decision *ret_decision) {
  _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int r;

  if (fd < 0)
    return -errno;
  r = connect_by(fd, address, deadline);
  if (r < 0)
    return r;
  r = check_server(fd, request->server_uid);
  if (r < 0)
    return r;
  r = send_all(fd, exchange->question, exchange->size, deadline);
  /* A server that refuses a caller may answer and close without reading: look for its answer. */
  if (r < 0 && r != -EPIPE && r != -ECONNRESET)
    return r;
  return receive(fd, exchange, request->digest, deadline, ret_decision);
}

int kg_check(const struct kg_request *request, struct kg_decision *ret_decision) {
  const unsigned timeout_ms = timeout_of(request);
  const int64_t deadline = now_ms() + timeout_ms;
  char question[KG_QUESTION_MAX];
  struct exchange exchange = {.question = question, .parse = kg_answer_parse};
  struct sockaddr_un address;
  int r;

  *ret_decision = (struct kg_decision){0};
  r = find_server(request, &address);
  if (r < 0)
    return r;
  r = kg_question_format(request, agent_deadline_ms(timeout_ms), question, &exchange.size);
  if (r < 0)
    return r;
  return converse(request, &address, &exchange, deadline, ret_decision);
}

#define PROBE(path)                                                                            \
  "GET " path " HTTP/1.1\r\nHost: kernelgate\r\nUser-Agent: libkernelgate/" KERNELGATE_VERSION \
  "\r\nConnection: close\r\n\r\n"

int kg_probe(
    enum kg_probe probe, const struct kg_request *request, struct kg_decision *ret_decision) {
  const int64_t deadline = now_ms() + timeout_of(request);
  struct exchange exchange = {.parse = kg_probe_parse};
  struct sockaddr_un address;
  int r;

  *ret_decision = (struct kg_decision){0};
  switch (probe) {
    case KG_PROBE_LIVE:
      exchange.question = PROBE("/healthz");
      break;
    case KG_PROBE_READY:
      exchange.question = PROBE("/readyz");
      break;
  }
  if (exchange.question == NULL)
    return -EINVAL;
  exchange.size = strlen(exchange.question);
  r = find_server(request, &address);
  return r < 0 ? r : converse(request, &address, &exchange, deadline, ret_decision);
}

bool kg_is_unavailable(int r) {
  return r == -ENOENT || r == -ECONNREFUSED || r == -ECONNRESET || r == -ETIMEDOUT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "internal.h"

const char *kg_describe(int r) {
  switch (r) {
    case 0:
      return "the kernel may boot";
    case -EKEYREJECTED:
      return "the agent rejected the kernel";
    case -EAGAIN:
      return "the agent could not determine whether the kernel is trusted";
    case -EREMOTEIO:
      return "the agent answered with an error instead of a verdict";
    case -EBADE:
      return "the answer is about another digest than the one given";
    case -EPROTO:
      return "the answer is malformed or contradicts itself";
    case -EMSGSIZE:
      return "the answer is too long";
    case -EBADMSG:
      return "the answer broke off";
    case -ENOENT:
      return "there is no such socket; is the agent running?";
    case -ECONNREFUSED:
      return "nobody listens on the socket; is the agent running?";
    case -ECONNRESET:
      return "the connection ended without an answer";
    case -ETIMEDOUT:
      return "no answer came in time";
    case -EPERM:
      return "the server is run by another user than it must be";
    case -EINVAL:
      return "the request is not valid";
    case -EACCES:
      return "this user may not connect to the socket";
    default:
      return "a system call failed";
  }
}

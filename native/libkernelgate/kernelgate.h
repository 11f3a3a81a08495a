/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libkernelgate asks the kernelgate agent of this node whether a kernel may boot.
 *
 * It allocates no memory, starts no thread, keeps no state and writes no log; each function is
 * safe to call from several threads at once. kg_check() needs about 96 KiB of stack.
 *
 *   struct kg_request request = { .image = "ghcr.io/edera-dev/zone-kernel:6.18" };
 *   struct kg_decision decision;
 *   if (kg_check(&request, &decision) == 0)
 *     boot(decision.digest);
 *
 * Whatever is not 0 means: do not boot.
 */
#ifndef KERNELGATE_H
#define KERNELGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KERNELGATE_VERSION "0.1.0"

/* Where the agent listens unless it is told otherwise. */
#define KG_SOCKET_PATH "/run/kernelgate/kernelgate.sock"

#define KG_TIMEOUT_DEFAULT_MS 10000u
/* The longest deadline that the agent accepts. */
#define KG_TIMEOUT_MAX_MS 60000u

/* The longest answer in bytes, status line and header fields included. */
#define KG_ANSWER_MAX 65536u

/* Longest texts of a request, in bytes. */
#define KG_IMAGE_MAX 1024u
#define KG_VARIANT_MAX 256u
#define KG_POD_FIELD_MAX 253u

/* Lengths of the texts of a decision, without the final NUL. */
#define KG_DIGEST_LENGTH 71u /* "sha256:" and 64 lower-case hexadecimal digits */
#define KG_REASON_MAX 48u
#define KG_MESSAGE_MAX 512u

/*
 * What is asked. Set exactly one of image, variant and node_default; whatever else is left zero
 * takes its default. Texts are ASCII; anything else is refused, not converted.
 */
struct kg_request {
  const char *image;   /* an OCI reference */
  const char *variant; /* a name of [zone.kernel-variants] in daemon.toml */
  bool node_default;   /* the node's default kernel */

  const char *digest; /* what is about to boot; an answer about another one is no yes */

  /* For whom; shown and logged only. All three or none. */
  const char *pod_namespace;
  const char *pod_name;
  const char *pod_uid;

  const char *socket_path; /* absolute; NULL: KG_SOCKET_PATH */
  uid_t server_uid;        /* who must be listening; 0 is root and the default */
  unsigned timeout_ms;     /* for everything together; 0: KG_TIMEOUT_DEFAULT_MS */
};

enum kg_verdict {
  KG_VERDICT_NONE = 0, /* the answer carried none, or there was no answer */
  KG_VERDICT_TRUSTED,
  KG_VERDICT_REJECTED,
  KG_VERDICT_UNDETERMINED,
};

/* What was answered. Texts end with NUL and are empty when the answer did not say. */
struct kg_decision {
  enum kg_verdict verdict;           /* may be other than trusted on 0: audit mode boots all */
  int status;                        /* HTTP status code, 0 without an answer */
  char digest[KG_DIGEST_LENGTH + 1]; /* of the platform manifest, or the default kernel file */
  char reason[KG_REASON_MAX + 1];    /* CamelCase word, see reasons.md of the agent */
  char message[KG_MESSAGE_MAX + 1];  /* a sentence, printable ASCII; never decide by it */
};

/*
 * Asks the agent, once. *ret_decision is always written; zeroed where there was no answer.
 *
 * Returns 0 when the kernel may boot, otherwise a negative errno. From the agent:
 *   -EKEYREJECTED  rejected: asking again changes nothing until somebody changes something
 *   -EAGAIN        undetermined: may become a yes when asked again later
 *   -EREMOTEIO     an error instead of a verdict, such as 403 for a caller that may not ask
 * an answer that cannot be used:
 *   -EBADE         it is about another digest than the one given
 *   -EPROTO        it is malformed or contradicts itself
 *   -EMSGSIZE      it is longer than KG_ANSWER_MAX
 *   -EBADMSG       it had begun when the connection or the time ended
 * no answer:
 *   -ENOENT, -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT   see kg_is_unavailable()
 *   -EPERM         the server is not server_uid's, and was asked nothing
 *   -EINVAL        the request is not valid, and nobody was asked
 *   others         as connect(2) and its kin report them
 */
int kg_check(const struct kg_request *request, struct kg_decision *ret_decision);

/* What an agent can be asked about itself. */
enum kg_probe {
  KG_PROBE_LIVE,  /* does it answer at all: whatever registries, policy and cluster do */
  KG_PROBE_READY, /* has it all that it needs to trust a kernel */
};

/*
 * Asks the agent about itself, once. Of the request only socket_path, server_uid and timeout_ms
 * count. *ret_decision is always written; its status and message say what was answered.
 *
 * Returns 0 for a yes, -EREMOTEIO for every other answer of the agent, and what kg_check() returns
 * for an answer that cannot be used and for none. A yes says nothing about any kernel.
 */
int kg_probe(
    enum kg_probe probe, const struct kg_request *request, struct kg_decision *ret_decision);

/*
 * Reads an answer from memory, without any I/O: what kg_check() decides by. Never reads beyond
 * bytes[size - 1]. digest is the one that was asked for, or NULL.
 *
 * Returns as kg_check() does for received answers, or -ENODATA when the bytes so far are only the
 * beginning of an answer. *ret_decision is written as by kg_check().
 */
int kg_answer_parse(
    const char *bytes, size_t size, const char *digest, struct kg_decision *ret_decision);

/*
 * Whether r, from kg_check(), says that no agent gave any answer: nobody listens, the connection
 * ended or the time passed without a single byte. False for every answer, however broken, and for
 * a server of another user: a caller that boots without an answer must not boot against one.
 */
bool kg_is_unavailable(int r);

/* What r, from kg_check(), means: a constant lower-case fragment, never NULL. */
const char *kg_describe(int r);

/* Whether the text is "sha256:" and 64 lower-case hexadecimal digits. */
bool kg_is_digest(const char *text);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of libkernelgate share; not installed. */
#ifndef KERNELGATE_INTERNAL_H
#define KERNELGATE_INTERNAL_H

#include "kernelgate.h"

/* Every text of a request escaped to six bytes a character, and the rest of the request. */
#define KG_QUESTION_MAX 16384u

/* Bytes that belong to somebody else; never NUL-terminated. */
struct span {
  const char *at; /* NULL: absent */
  size_t size;
};

/* The header fields that matter; all others are checked for form and skipped. */
enum field {
  FIELD_CONTENT_LENGTH,
  FIELD_TRANSFER_ENCODING,
  FIELD_BOOT,
  FIELD_VERDICT,
  FIELD_REASON,
  FIELD_DIGEST,
  FIELDS,
};

/* An HTTP/1.1 response up to and with the empty line. The spans point into what was parsed. */
struct head {
  int status;
  size_t size;
  struct span fields[FIELDS];
};

/* Returns 0, -ENODATA when the empty line is still missing, or -EPROTO. */
int kg_head_parse(struct span input, struct head *ret_head);

/*
 * Copies the top-level string member of a JSON object, made printable ASCII and cut to the
 * capacity, NUL included. For people only: lenient, and empty when there is no such member.
 */
void kg_message_copy(struct span json, const char *member, char *ret_text, size_t capacity);

/*
 * As kg_answer_parse(), of an answer to kg_probe(): an answer that carries a decision is none. The
 * digest does not count; it is there so that both can take each other's place.
 */
int kg_probe_parse(
    const char *bytes, size_t size, const char *digest, struct kg_decision *ret_decision);

/*
 * Writes the whole HTTP request into KG_QUESTION_MAX bytes. deadline_ms is what the agent is told.
 * Returns 0 or -EINVAL.
 */
int kg_question_format(
    const struct kg_request *request, unsigned deadline_ms, char *buffer, size_t *ret_size);

#endif

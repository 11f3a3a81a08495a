/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns an answer into yes or no. A yes takes the status code and every header field saying so
 * together; an answer that says two things says nothing. The JSON body is only ever shown.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

static bool equals(struct span span, const char *text) {
  return span.size == strlen(text) && memcmp(span.at, text, span.size) == 0;
}

static bool is_digest(struct span span) {
  static const char algorithm[] = "sha256:";
  const size_t prefix = sizeof(algorithm) - 1;

  if (span.size != KG_DIGEST_LENGTH || memcmp(span.at, algorithm, prefix) != 0)
    return false;
  for (size_t i = prefix; i < span.size; i++) {
    char c = span.at[i];

    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
      return false;
  }
  return true;
}

static bool is_reason(struct span span) {
  if (span.size == 0 || span.size > KG_REASON_MAX)
    return false;
  for (size_t i = 0; i < span.size; i++) {
    char c = span.at[i];

    if (!((c >= 'A' && c <= 'Z') || (i > 0 && c >= 'a' && c <= 'z')))
      return false;
  }
  return true;
}

static int parse_verdict(struct span span, enum kg_verdict *ret_verdict) {
  if (equals(span, "trusted"))
    *ret_verdict = KG_VERDICT_TRUSTED;
  else if (equals(span, "rejected"))
    *ret_verdict = KG_VERDICT_REJECTED;
  else if (equals(span, "undetermined"))
    *ret_verdict = KG_VERDICT_UNDETERMINED;
  else
    return -EPROTO;
  return 0;
}

/* RFC 9110, section 8.6. Stops counting beyond KG_ANSWER_MAX, as more digits could wrap around. */
static int parse_length(struct span span, size_t *ret_length) {
  size_t length = 0;

  if (span.size == 0)
    return -EPROTO;
  for (size_t i = 0; i < span.size; i++) {
    if (span.at[i] < '0' || span.at[i] > '9')
      return -EPROTO;
    if (length <= KG_ANSWER_MAX)
      length = length * 10 + (size_t) (span.at[i] - '0');
  }
  *ret_length = length;
  return 0;
}

/* The body, once it is there in full and nothing follows it. */
static int take_body(struct span input, const struct head *head, struct span *ret_body) {
  size_t length;
  int r;

  /* Without a length the end of the connection would end the body, and a crash look like an end. */
  if (head->fields[FIELD_CONTENT_LENGTH].at == NULL || head->fields[FIELD_TRANSFER_ENCODING].at)
    return -EPROTO;
  r = parse_length(head->fields[FIELD_CONTENT_LENGTH], &length);
  if (r < 0)
    return r;
  if (length > KG_ANSWER_MAX - head->size)
    return -EMSGSIZE;
  if (input.size - head->size < length)
    return -ENODATA;
  if (input.size - head->size > length)
    return -EPROTO;
  *ret_body = (struct span){input.at + head->size, length};
  return 0;
}

/* Status, boot and verdict must agree; only three combinations are an answer. */
static int judge(
    const struct head *head, const struct kg_decision *decision, const char *asked_digest) {
  struct span boot = head->fields[FIELD_BOOT];

  if (head->status == 200 && equals(boot, "true")) {
    /* Trust is in a digest: without one there is nothing that was trusted. */
    if (decision->verdict == KG_VERDICT_TRUSTED && decision->digest[0] == '\0')
      return -EPROTO;
    if (asked_digest && decision->digest[0] && strcmp(asked_digest, decision->digest) != 0)
      return -EBADE;
    return 0;
  }
  if (head->status == 403 && equals(boot, "false") && decision->verdict == KG_VERDICT_REJECTED)
    return -EKEYREJECTED;
  if (head->status == 503 && equals(boot, "false") && decision->verdict == KG_VERDICT_UNDETERMINED)
    return -EAGAIN;
  return -EPROTO;
}

static int parse_decision(const struct head *head, struct kg_decision *decision) {
  struct span reason = head->fields[FIELD_REASON];
  struct span digest = head->fields[FIELD_DIGEST];

  if (head->fields[FIELD_BOOT].at == NULL || head->fields[FIELD_VERDICT].at == NULL)
    return -EPROTO;
  if (reason.at == NULL || !is_reason(reason))
    return -EPROTO;
  memcpy(decision->reason, reason.at, reason.size);
  if (digest.at != NULL) {
    if (!is_digest(digest))
      return -EPROTO;
    memcpy(decision->digest, digest.at, digest.size);
  }
  return parse_verdict(head->fields[FIELD_VERDICT], &decision->verdict);
}

static bool has_decision(const struct head *head) {
  for (size_t i = FIELD_VERDICT; i <= FIELD_DIGEST; i++)
    if (head->fields[i].at != NULL)
      return true;
  return false;
}

/* An error answer: no verdict, a status that cannot be taken for a yes, and at most a plain no. */
static bool is_error(const struct head *head) {
  struct span boot = head->fields[FIELD_BOOT];

  return !has_decision(head) && head->status >= 400 && (boot.at == NULL || equals(boot, "false"));
}

/* The answer's head and body, once both are there in full. */
static int take_answer(struct span input, struct head *ret_head, struct span *ret_body) {
  int r;

  if (input.size > KG_ANSWER_MAX)
    return -EMSGSIZE;
  r = kg_head_parse(input, ret_head);
  return r < 0 ? r : take_body(input, ret_head, ret_body);
}

static int report_error(
    const struct head *head, struct span body, struct kg_decision *ret_decision) {
  ret_decision->status = head->status;
  kg_message_copy(body, "detail", ret_decision->message, sizeof(ret_decision->message));
  return -EREMOTEIO;
}

int kg_answer_parse(
    const char *bytes, size_t size, const char *digest, struct kg_decision *ret_decision) {
  struct kg_decision decision = {0};
  struct span body;
  struct head head;
  int r;

  *ret_decision = decision;
  r = take_answer((struct span){bytes, size}, &head, &body);
  if (r < 0)
    return r;
  if (is_error(&head))
    return report_error(&head, body, ret_decision);
  decision.status = head.status;
  r = parse_decision(&head, &decision);
  if (r < 0)
    return r;
  r = judge(&head, &decision, digest);
  if (r == -EPROTO)
    return r;
  kg_message_copy(body, "message", decision.message, sizeof(decision.message));
  *ret_decision = decision;
  return r;
}

int kg_probe_parse(
    const char *bytes, size_t size, const char *digest, struct kg_decision *ret_decision) {
  struct span body;
  struct head head;
  int r;

  (void) digest;
  *ret_decision = (struct kg_decision){0};
  r = take_answer((struct span){bytes, size}, &head, &body);
  if (r < 0)
    return r;
  if (is_error(&head))
    return report_error(&head, body, ret_decision);
  if (head.status != 200 || head.fields[FIELD_BOOT].at != NULL || has_decision(&head))
    return -EPROTO;
  ret_decision->status = head.status;
  return 0;
}

bool kg_is_digest(const char *text) {
  return text != NULL && is_digest((struct span){text, strnlen(text, KG_DIGEST_LENGTH + 1)});
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target for the answer parsers. Beyond "does not crash" it checks what must hold of any
 * result: texts that end and are printable, a yes that names what it trusts, nothing left after a
 * refusal, and that a yes needs every one of its bytes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define must(condition) \
  do {                  \
    if (!(condition))   \
      abort();          \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *text, size_t max) {
  must(strnlen(text, max + 1) <= max);
  for (; *text != '\0'; text++)
    must(*text >= 0x20 && *text <= 0x7e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char asked[] =
      "sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61";
  const char *bytes = (const char *) data;
  struct kg_decision decision;
  struct kg_decision shorter;
  int r = kg_answer_parse(bytes, size, NULL, &decision);

  must_be_printable(decision.message, KG_MESSAGE_MAX);
  must_be_printable(decision.reason, KG_REASON_MAX);
  must(decision.digest[0] == '\0' || kg_is_digest(decision.digest));
  switch (r) {
    case 0:
      must(decision.status == 200 && decision.verdict != KG_VERDICT_NONE && decision.reason[0]);
      must(decision.verdict != KG_VERDICT_TRUSTED || decision.digest[0]);
      must(kg_answer_parse(bytes, size - 1, NULL, &shorter) == -ENODATA);
      break;
    case -EKEYREJECTED:
      must(decision.status == 403 && decision.verdict == KG_VERDICT_REJECTED);
      break;
    case -EAGAIN:
      must(decision.status == 503 && decision.verdict == KG_VERDICT_UNDETERMINED);
      break;
    case -EREMOTEIO:
      must(decision.status >= 400 && decision.verdict == KG_VERDICT_NONE);
      break;
    case -ENODATA:
    case -EPROTO:
    case -EMSGSIZE:
      must(decision.status == 0 && decision.verdict == KG_VERDICT_NONE && !decision.digest[0]);
      break;
    default:
      abort();
  }
  if (kg_answer_parse(bytes, size, asked, &decision) == 0)
    must(!decision.digest[0] || strcmp(decision.digest, asked) == 0);
  /* What answers a probe is no decision, and the other way round; both see the same errors. */
  if (kg_probe_parse(bytes, size, NULL, &shorter) == 0)
    must(r == -EPROTO && shorter.status == 200 && shorter.verdict == KG_VERDICT_NONE);
  must((kg_probe_parse(bytes, size, NULL, &shorter) == -EREMOTEIO) == (r == -EREMOTEIO));
  must_be_printable(shorter.message, KG_MESSAGE_MAX);
  return 0;
}

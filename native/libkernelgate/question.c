/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the request. Every text comes from elsewhere, often from a pod's annotation: it is
 * bounded, ASCII only, and escaped so that it stays inside its JSON string.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Text that grows in a fixed buffer. What does not fit, or must not, marks it as failed. */
struct text {
  char *at;
  size_t capacity;
  size_t size;
  bool failed;
};

__attribute__((format(printf, 2, 3))) static void append(
    struct text *text, const char *format, ...) {
  size_t left = text->capacity - text->size;
  va_list arguments;
  int n;

  if (text->failed)
    return;
  va_start(arguments, format);
  n = vsnprintf(text->at + text->size, left, format, arguments);
  va_end(arguments);
  if (n < 0 || (size_t) n >= left)
    text->failed = true;
  else
    text->size += (size_t) n;
}

/* "name":"value" with RFC 8259 escapes; fails on empty, too long and non-ASCII values. */
static void append_member(struct text *text, const char *name, const char *value, size_t max) {
  size_t size = strnlen(value, max + 1);

  if (size == 0 || size > max)
    text->failed = true;
  append(text, "\"%s\":\"", name);
  for (size_t i = 0; i < size && !text->failed; i++) {
    unsigned char c = (unsigned char) value[i];

    if (c >= 0x80)
      text->failed = true;
    else if (c == '"' || c == '\\')
      append(text, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      append(text, "\\u%04x", c);
    else
      append(text, "%c", c);
  }
  append(text, "\"");
}

static void append_kernel(struct text *text, const struct kg_request *request) {
  int kernels = (request->image != NULL) + (request->variant != NULL) + request->node_default;

  if (kernels != 1)
    text->failed = true;
  else if (request->image)
    append_member(text, "image", request->image, KG_IMAGE_MAX);
  else if (request->variant)
    append_member(text, "variant", request->variant, KG_VARIANT_MAX);
  else
    append(text, "\"default\":true");
}

static void append_pod(struct text *text, const struct kg_request *request) {
  const char *namespace = request->pod_namespace;
  const char *name = request->pod_name;
  const char *uid = request->pod_uid;

  if (!namespace && !name && !uid)
    return;
  if (!namespace || !name || !uid) {
    text->failed = true;
    return;
  }
  append(text, ",\"pod\":{");
  append_member(text, "uid", uid, KG_POD_FIELD_MAX);
  append(text, ",");
  append_member(text, "namespace", namespace, KG_POD_FIELD_MAX);
  append(text, ",");
  append_member(text, "name", name, KG_POD_FIELD_MAX);
  append(text, "}");
}

int kg_question_format(
    const struct kg_request *request, unsigned deadline_ms, char *buffer, size_t *ret_size) {
  char json[KG_QUESTION_MAX - 512];
  struct text body = {.at = json, .capacity = sizeof(json)};
  struct text question = {.at = buffer, .capacity = KG_QUESTION_MAX};

  append(&body, "{");
  append_kernel(&body, request);
  if (request->digest) {
    append(&body, ",");
    append_member(&body, "digest", request->digest, KG_DIGEST_LENGTH);
    if (!kg_is_digest(request->digest))
      body.failed = true;
  }
  append_pod(&body, request);
  append(&body, ",\"deadlineMillis\":%u}", deadline_ms);
  if (body.failed)
    return -EINVAL;

  append(&question, "POST /v1/decide HTTP/1.1\r\n");
  append(&question, "Host: kernelgate\r\n");
  append(&question, "User-Agent: libkernelgate/" KERNELGATE_VERSION "\r\n");
  append(&question, "Content-Type: application/json\r\n");
  append(&question, "Content-Length: %zu\r\n", body.size);
  append(&question, "Connection: close\r\n\r\n");
  append(&question, "%s", json);
  if (question.failed)
    return -EINVAL;
  *ret_size = question.size;
  return 0;
}

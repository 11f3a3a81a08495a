/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent, byte for byte, and what is never sent. */
#include <errno.h>
#include <string.h>

#include "expect.h"
#include "internal.h"

static const char digest[] =
    "sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61";

/* The JSON body of the request, or NULL when it was refused. */
static const char *body_of(const struct kg_request *request) {
  static char question[KG_QUESTION_MAX];
  const char *body;
  char length[64];
  size_t size;

  if (kg_question_format(request, 9000, question, &size) < 0)
    return NULL;
  expect(strlen(question) == size, "size %zu of %zu", size, strlen(question));
  body = strstr(question, "\r\n\r\n");
  require(body);
  body += 4;
  (void) snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", strlen(body));
  expect(strstr(question, length), "wrong length in %s", question);
  return body;
}

static void writes(const struct kg_request *request, const char *json) {
  const char *body = body_of(request);

  expect(body && strcmp(body, json) == 0, "wrote %s instead of %s", body ? body : "nothing", json);
}

static void refuses(const struct kg_request *request, const char *what) {
  expect(body_of(request) == NULL, "%s was not refused", what);
}

static void writes_the_whole_request_as_documented(void) {
  char question[KG_QUESTION_MAX];
  size_t size;
  struct kg_request request = {.node_default = true};

  require(kg_question_format(&request, 9000, question, &size) == 0);
  expect(
      strcmp(
          question,
          "POST /v1/decide HTTP/1.1\r\n"
          "Host: kernelgate\r\n"
          "User-Agent: libkernelgate/" KERNELGATE_VERSION "\r\n"
          "Content-Type: application/json\r\n"
          "Content-Length: 38\r\n"
          "Connection: close\r\n"
          "\r\n"
          "{\"default\":true,\"deadlineMillis\":9000}") == 0,
      "wrote %s",
      question);
}

static void names_the_kernel_the_digest_and_the_pod(void) {
  writes(
      &(struct kg_request){.image = "ghcr.io/edera-dev/zone-kernel:6.18"},
      "{\"image\":\"ghcr.io/edera-dev/zone-kernel:6.18\",\"deadlineMillis\":9000}");
  writes(
      &(struct kg_request){
          .variant = "debug",
          .digest = digest,
          .pod_namespace = "default",
          .pod_name = "web-0",
          .pod_uid = "0a1b"},
      "{\"variant\":\"debug\","
      "\"digest\":\"sha256:4f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e614f0b5e61\","
      "\"pod\":{\"uid\":\"0a1b\",\"namespace\":\"default\",\"name\":\"web-0\"},"
      "\"deadlineMillis\":9000}");
}

static void keeps_every_value_inside_its_string(void) {
  writes(
      &(struct kg_request){.image = "a\",\"default\":true,\"x\":\"\\"},
      "{\"image\":\"a\\\",\\\"default\\\":true,\\\"x\\\":\\\"\\\\\",\"deadlineMillis\":9000}");
  writes(
      &(struct kg_request){.variant = "a\r\n\tb\x01\x7f%s"},
      "{\"variant\":\"a\\u000d\\u000a\\u0009b\\u0001\\u007f%s\",\"deadlineMillis\":9000}");
}

static void refuses_what_it_cannot_say_exactly(void) {
  refuses(&(struct kg_request){0}, "no kernel");
  refuses(&(struct kg_request){.image = "a", .variant = "b"}, "image and variant");
  refuses(&(struct kg_request){.image = "a", .node_default = true}, "image and default");
  refuses(&(struct kg_request){.image = ""}, "an empty image");
  refuses(&(struct kg_request){.image = "caf\xc3\xa9"}, "a non-ASCII image");
  refuses(&(struct kg_request){.image = "a", .digest = "sha256:ab"}, "a short digest");
  refuses(&(struct kg_request){.image = "a", .digest = ""}, "an empty digest");
  refuses(&(struct kg_request){.image = "a", .pod_name = "b"}, "a pod without a namespace");
  refuses(
      &(struct kg_request){.image = "a", .pod_namespace = "b", .pod_name = "c", .pod_uid = ""},
      "a pod with an empty uid");
}

static void bounds_every_value(void) {
  char longest[KG_IMAGE_MAX + 2];

  memset(longest, '\x01', sizeof(longest));
  longest[KG_IMAGE_MAX] = '\0';
  expect(body_of(&(struct kg_request){.image = longest}), "the longest image was refused");
  refuses(&(struct kg_request){.variant = longest}, "a variant of 1024 bytes");
  longest[KG_IMAGE_MAX] = '\x01';
  longest[KG_IMAGE_MAX + 1] = '\0';
  refuses(&(struct kg_request){.image = longest}, "an image of 1025 bytes");
}

static void has_room_for_all_values_at_their_longest(void) {
  char image[KG_IMAGE_MAX + 1];
  char field[KG_POD_FIELD_MAX + 1];

  memset(image, '\x01', KG_IMAGE_MAX);
  image[KG_IMAGE_MAX] = '\0';
  memset(field, '\x01', KG_POD_FIELD_MAX);
  field[KG_POD_FIELD_MAX] = '\0';
  expect(
      body_of(&(struct kg_request){
          .image = image,
          .digest = digest,
          .pod_namespace = field,
          .pod_name = field,
          .pod_uid = field}),
      "the longest request was refused");
}

int main(void) {
  writes_the_whole_request_as_documented();
  names_the_kernel_the_digest_and_the_pod();
  keeps_every_value_inside_its_string();
  refuses_what_it_cannot_say_exactly();
  bounds_every_value();
  has_room_for_all_values_at_their_longest();
  return report("test-question");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the head of an HTTP/1.1 response (RFC 9112), stricter than the RFC asks recipients to be:
 * no bare LF, no folded lines, no space before the colon, no control characters, and none of the
 * fields that matter twice, not even with the same value. Two readers of one answer must never see
 * two answers.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

#define HEAD_MAX 16384u
#define HEAD_FIELDS_MAX 64u

static const char *const field_names[FIELDS] = {
    [FIELD_CONTENT_LENGTH] = "Content-Length",
    [FIELD_TRANSFER_ENCODING] = "Transfer-Encoding",
    [FIELD_BOOT] = "Kernelgate-Boot",
    [FIELD_VERDICT] = "Kernelgate-Verdict",
    [FIELD_REASON] = "Kernelgate-Reason",
    [FIELD_DIGEST] = "Kernelgate-Digest",
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* RFC 9110, section 5.6.2: the characters of a field name. Not isalnum(): that asks the locale. */
static bool is_token(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_control(char c) {
  unsigned char byte = (unsigned char) c;

  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Takes a line off the input; the line comes without its CRLF. */
static int take_line(struct span *input, struct span *ret_line) {
  const char *end = input->size == 0 ? NULL : memchr(input->at, '\n', input->size);
  struct span line;

  if (end == NULL)
    return -ENODATA;
  line = (struct span){input->at, (size_t) (end - input->at)};
  if (line.size == 0 || line.at[line.size - 1] != '\r')
    return -EPROTO;
  line.size--;
  for (size_t i = 0; i < line.size; i++)
    if (is_control(line.at[i]))
      return -EPROTO;
  input->at = end + 1;
  input->size -= line.size + 2;
  *ret_line = line;
  return 0;
}

/* "HTTP/1.1 403 Forbidden"; the phrase may be empty, the space before it may not be missing. */
static int parse_status(struct span line, int *ret_status) {
  static const char version[] = "HTTP/1.1 ";
  const size_t digits = sizeof(version) - 1;
  int status = 0;

  if (line.size < digits + 4 || memcmp(line.at, version, digits) != 0)
    return -EPROTO;
  for (size_t i = digits; i < digits + 3; i++) {
    if (!is_digit(line.at[i]))
      return -EPROTO;
    status = status * 10 + (line.at[i] - '0');
  }
  /* 1xx answers come only to those who asked for them. */
  if (line.at[digits + 3] != ' ' || status < 200 || status > 599)
    return -EPROTO;
  *ret_status = status;
  return 0;
}

static int parse_field(struct span line, struct head *head) {
  struct span value;
  size_t name = 0;

  while (name < line.size && is_token(line.at[name]))
    name++;
  if (name == 0 || name == line.size || line.at[name] != ':')
    return -EPROTO;
  value = (struct span){line.at + name + 1, line.size - name - 1};
  while (value.size > 0 && is_blank(value.at[0])) {
    value.at++;
    value.size--;
  }
  while (value.size > 0 && is_blank(value.at[value.size - 1]))
    value.size--;

  for (size_t i = 0; i < FIELDS; i++) {
    if (strlen(field_names[i]) != name || strncasecmp(field_names[i], line.at, name) != 0)
      continue;
    if (head->fields[i].at != NULL)
      return -EPROTO;
    head->fields[i] = value;
  }
  return 0;
}

int kg_head_parse(struct span input, struct head *ret_head) {
  struct span rest = {input.at, input.size < HEAD_MAX ? input.size : HEAD_MAX};
  const size_t seen = rest.size;
  struct head head = {0};
  struct span line;
  int r;

  r = take_line(&rest, &line);
  if (r >= 0)
    r = parse_status(line, &head.status);
  for (unsigned i = 0; r >= 0 && i <= HEAD_FIELDS_MAX; i++) {
    r = take_line(&rest, &line);
    if (r >= 0 && line.size == 0) {
      head.size = seen - rest.size;
      *ret_head = head;
      return 0;
    }
    if (r >= 0)
      r = parse_field(line, &head);
  }
  return r == -ENODATA && seen < HEAD_MAX ? -ENODATA : -EPROTO;
}

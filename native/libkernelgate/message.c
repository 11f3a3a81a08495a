/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds one sentence in a JSON body, to show it to a person. No decision depends on it, so this is
 * a scanner that never reads too far and never fails, not a JSON parser.
 */
#include <string.h>

#include "internal.h"

/* The string that begins after the quote at *position; moves the position behind the end quote. */
static struct span take_string(struct span json, size_t *position) {
  size_t start = *position + 1;

  for (size_t i = start; i < json.size; i++) {
    if (json.at[i] == '\\') {
      i++;
    } else if (json.at[i] == '"') {
      *position = i + 1;
      return (struct span){json.at + start, i - start};
    }
  }
  *position = json.size;
  return (struct span){0};
}

static size_t skip_blanks(struct span json, size_t position) {
  while (position < json.size && memchr(" \t\r\n", json.at[position], 4) != NULL)
    position++;
  return position;
}

/* RFC 8259, section 7, reduced to what is safe on a terminal: the rest becomes '?'. */
static void copy_printable(struct span string, char *ret_text, size_t capacity) {
  size_t size = 0;

  for (size_t i = 0; i < string.size && size + 1 < capacity; i++) {
    unsigned char c = (unsigned char) string.at[i];

    if (c == '\\' && i + 1 < string.size) {
      c = (unsigned char) string.at[++i];
      if (c == 'u') {
        i += 4;
        c = '?';
      } else if (memchr("bfnrt", c, 5) != NULL) {
        c = ' ';
      }
    } else if ((c & 0xc0) == 0x80) {
      continue; /* the rest of a character that is already a '?' */
    }
    ret_text[size++] = c < 0x20 || c > 0x7e ? '?' : (char) c;
  }
  ret_text[size] = '\0';
}

void kg_message_copy(struct span json, const char *member, char *ret_text, size_t capacity) {
  unsigned depth = 0;
  size_t i = 0;

  ret_text[0] = '\0';
  while (i < json.size) {
    char c = json.at[i];
    struct span string;
    size_t next;

    if (c != '"') {
      if (c == '{' || c == '[')
        depth++;
      else if ((c == '}' || c == ']') && depth > 0)
        depth--;
      i++;
      continue;
    }
    string = take_string(json, &i);
    next = skip_blanks(json, i);
    if (depth != 1 || next >= json.size || json.at[next] != ':')
      continue;
    i = skip_blanks(json, next + 1);
    if (string.size != strlen(member) || memcmp(string.at, member, string.size) != 0)
      continue;
    if (i < json.size && json.at[i] == '"')
      copy_printable(take_string(json, &i), ret_text, capacity);
    return;
  }
}

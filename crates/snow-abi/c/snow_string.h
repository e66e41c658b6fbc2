/* String: Bytes that hold UTF-8. Counting and slicing go by code points.
   Also the validator, and the appending functions that Display and Inspect are made of: each consumes the text it
   appends to and answers the longer one. */
#ifndef SNOW_STRING_H
#define SNOW_STRING_H

#include "snow_bytes.h"

#define SN_HIGH_BITS 0x8080808080808080u
#define SN_LOW_BITS 0x0101010101010101u

SN_INLINE uint64_t sn_load64(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
  return word;
}
SN_INLINE uint32_t sn_load32(const uint8_t *p) {
  uint32_t word;
  memcpy(&word, p, 4);
  return word;
}

/* ---- validation (RFC 3629) ---- */
/* Length of the valid sequence that starts with the lowest byte of `word` (a lead byte >= 0x80), else 0. Bytes behind
   the end of the text must be 0 in `word`: they are no continuation bytes, so a cut sequence is refused. */
SN_INLINE int sn_utf8_sequence(uint32_t word) {
  if ((word & 0xc0c0f0) == 0x8080e0) {
    uint32_t edge = word & 0x200f; /* E0 below A0 is overlong, ED from A0 on is a surrogate */
    return edge == 0 || edge == 0x200d ? 0 : 3;
  }
  if ((word & 0xc0e0) == 0x80c0) return (word & 0x1e) == 0 ? 0 : 2;
  if ((word & 0xc0c0c0f8) == 0x808080f0) {
    uint32_t edge = (word & 7) << 2 | (word >> 12 & 3); /* bits 16 to 20 of the code point: 1 to 0x10 are good */
    return edge - 1 < 0x10 ? 4 : 0;
  }
  return 0;
}

SN_CALLED bool sn_utf8_valid(const uint8_t *p, const uint8_t *end) {
  while (end - p >= 8) {
    uint64_t word = sn_load64(p);
    if ((word & SN_HIGH_BITS) == 0) {
      p += 8;
      while (end - p >= 32 &&
             ((sn_load64(p) | sn_load64(p + 8) | sn_load64(p + 16) | sn_load64(p + 24)) & SN_HIGH_BITS) == 0)
        p += 32;
      continue;
    }
    p += __builtin_ctzll(word & SN_HIGH_BITS) >> 3;
    /* Stays here while one sequence follows another, which is what text without ASCII looks like. */
    while (end - p >= 4 && *p >= 0x80) {
      int length = sn_utf8_sequence(sn_load32(p));
      if (SN_UNLIKELY(length == 0)) return false;
      p += length;
    }
  }
  while (p < end) {
    if (*p < 0x80) {
      p++;
      continue;
    }
    uint32_t word = 0;
    memcpy(&word, p, (size_t)(end - p < 4 ? end - p : 4));
    int length = sn_utf8_sequence(word);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

SN_INLINE bool sn_bytes_is_utf8(sn_cx *cx, const sn_bytes *b) {
  return (void)cx, sn_utf8_valid(b->data, b->data + b->len);
}
SN_INLINE sn_bytes *sn_bytes_as_string(sn_cx *cx, sn_bytes *b) { return (void)cx, b; }
SN_INLINE sn_bytes *sn_string_as_bytes(sn_cx *cx, sn_bytes *s) { return (void)cx, s; }

/* ---- code points ---- */
/* One bit, the lowest, in each byte of `word` that continues a sequence (10xxxxxx). */
SN_INLINE uint64_t sn_utf8_continuations(uint64_t word) { return (word >> 7) & (~word >> 6) & SN_LOW_BITS; }

SN_CALLED int64_t sn_string_length(sn_cx *cx, const sn_bytes *s) {
  (void)cx;
  const uint8_t *p = s->data, *end = p + s->len;
  int64_t continuations = 0;
  while (end - p >= 8) { /* byte-wise sums of up to 255 words cannot overflow a byte */
    int64_t words = (end - p) / 8;
    uint64_t sums = 0;
    for (const uint8_t *stop = p + 8 * (words < 255 ? words : 255); p < stop; p += 8)
      sums += sn_utf8_continuations(sn_load64(p));
    sums = (sums & 0x00ff00ff00ff00ffu) + (sums >> 8 & 0x00ff00ff00ff00ffu);
    continuations += (int64_t)(sums * 0x0001000100010001u >> 48);
  }
  for (; p < end; p++) continuations += (*p & 0xc0) == 0x80;
  return s->len - continuations;
}

SN_INLINE int64_t sn_string_byte_length(sn_cx *cx, const sn_bytes *s) { return (void)cx, s->len; }

/* Where the code point number `count`, counted from `p`, starts; `end` when there are not so many. */
SN_CALLED const uint8_t *sn_utf8_skip(const uint8_t *p, const uint8_t *end, int64_t count) {
  while (count >= 8 && end - p >= 8) {
    count -= 8 - (int64_t)(sn_utf8_continuations(sn_load64(p)) * SN_LOW_BITS >> 56);
    p += 8;
  }
  for (; p < end; p++)
    if ((*p & 0xc0) != 0x80 && count-- == 0) break;
  return p;
}

/* Code points [from, to), both clamped to the text. */
SN_CALLED sn_bytes *sn_string_slice(sn_cx *cx, sn_bytes *s, int64_t from, int64_t to) {
  if (from < 0) from = 0;
  if (from >= to) return &sn_bytes_empty;
  const uint8_t *end = s->data + s->len;
  const uint8_t *first = sn_utf8_skip(s->data, end, from), *last = sn_utf8_skip(first, end, to - from);
  return first < last ? sn_bytes_window(cx, s, first - s->data, last - first) : &sn_bytes_empty;
}

/* ---- appending ---- */
SN_INLINE sn_bytes *sn_append_string(sn_cx *cx, sn_bytes *to, const sn_bytes *s) {
  return sn_bytes_append(cx, to, s);
}
SN_INLINE sn_bytes *sn_string_append(sn_cx *cx, sn_bytes *to, const sn_bytes *s) {
  return sn_bytes_append(cx, to, s);
}

SN_CALLED sn_bytes *sn_append_int(sn_cx *cx, sn_bytes *to, int64_t v) {
  /* Written where they belong, the digits are not copied. */
  int64_t length = sn_decimal_length(v);
  to = sn_bytes_room(cx, to, length);
  sn_decimal_before((char *)to->data + to->len + length, v);
  to->len += length;
  return to;
}

SN_CALLED sn_bytes *sn_append_bool(sn_cx *cx, sn_bytes *to, bool v) {
  return v ? sn_append_text(cx, to, "true", 4) : sn_append_text(cx, to, "false", 5);
}

/* A number that is no code point becomes U+FFFD. */
SN_CALLED sn_bytes *sn_append_char(sn_cx *cx, sn_bytes *to, int64_t code) {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) code = 0xfffd;
  to = sn_bytes_room(cx, to, 4);
  uint8_t *p = to->data + to->len, *start = p;
  if (code < 0x80) {
    *p++ = (uint8_t)code;
  } else {
    if (code < 0x800) {
      *p++ = (uint8_t)(0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        *p++ = (uint8_t)(0xe0 | code >> 12);
      } else {
        *p++ = (uint8_t)(0xf0 | code >> 18);
        *p++ = (uint8_t)(0x80 | (code >> 12 & 0x3f));
      }
      *p++ = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    }
    *p++ = (uint8_t)(0x80 | (code & 0x3f));
  }
  to->len += p - start;
  return to;
}

#endif

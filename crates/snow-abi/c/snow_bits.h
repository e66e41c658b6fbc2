/* The bit syntax: whole-byte loads and stores of any width from 0 to 8 bytes. Widths are mostly constants, so that these
   fold to a load and a byte swap. */
#ifndef SNOW_BITS_H
#define SNOW_BITS_H

#include "snow_bytes.h"

/* `count` bytes at `at`, most significant first; the caller has checked that they are there. */
SN_INLINE int64_t sn_bytes_load_be(sn_cx *cx, sn_bytes *b, int64_t at, int64_t count) {
  (void)cx;
  const uint8_t *p = b->data + at;
  if (__builtin_constant_p(count)) {
    if (count == 1) return p[0];
    if (count == 2) return (int64_t)p[0] << 8 | p[1];
    if (count == 4) {
      uint32_t v;
      memcpy(&v, p, 4);
      return (int64_t)__builtin_bswap32(v);
    }
    if (count == 8) {
      uint64_t v;
      memcpy(&v, p, 8);
      return (int64_t)__builtin_bswap64(v);
    }
  }
  uint64_t v = 0;
  for (int64_t i = 0; i < count; i++) v = v << 8 | p[i];
  return (int64_t)v;
}

/* The same, least significant first. */
SN_INLINE int64_t sn_bytes_load_le(sn_cx *cx, sn_bytes *b, int64_t at, int64_t count) {
  (void)cx;
  uint64_t v = 0;
  const uint8_t *p = b->data + at;
  for (int64_t i = count - 1; i >= 0; i--) v = v << 8 | p[i];
  return (int64_t)v;
}

SN_COLD _Noreturn SN_CALLED void sn_bits_bad_size(sn_cx *cx, const char *file, int64_t line) {
  SN_PANIC(cx, "bit syntax: the size of an integer must be 0 to 64 bits, in whole bytes", file, line);
}

/* Appends the low `count` bytes of `value`, most significant first. */
SN_INLINE sn_bytes *sn_bytes_put_be(sn_cx *cx, sn_bytes *b, int64_t value, int64_t count, const char *file, int64_t line) {
  if (count < 0 || count > 8) sn_bits_bad_size(cx, file, line);
  uint64_t swapped = __builtin_bswap64(count == 0 ? 0 : (uint64_t)value << (64 - 8 * count));
  uint8_t raw[8];
  memcpy(raw, &swapped, 8);
  return sn_append_text(cx, b, (const char *)raw, count);
}

/* The same, least significant first. */
SN_INLINE sn_bytes *sn_bytes_put_le(sn_cx *cx, sn_bytes *b, int64_t value, int64_t count, const char *file, int64_t line) {
  if (count < 0 || count > 8) sn_bits_bad_size(cx, file, line);
  uint8_t raw[8];
  memcpy(raw, &value, 8);
  return sn_append_text(cx, b, (const char *)raw, count);
}

/* Both as calls, for functions of very many appends. */
SN_CALLED __attribute__((noinline)) sn_bytes *sn_bytes_put_be_called(sn_cx *cx, sn_bytes *b, int64_t value, int64_t count, const char *file, int64_t line) {
  return sn_bytes_put_be(cx, b, value, count, file, line);
}
SN_CALLED __attribute__((noinline)) sn_bytes *sn_bytes_put_le_called(sn_cx *cx, sn_bytes *b, int64_t value, int64_t count, const char *file, int64_t line) {
  return sn_bytes_put_le(cx, b, value, count, file, line);
}

/* `value::bytes-size(n)` in an expression: the value must have that length. */
SN_INLINE sn_bytes *sn_bytes_exact(sn_cx *cx, sn_bytes *b, int64_t size, const char *file, int64_t line) {
  if (SN_UNLIKELY(b->len != size)) SN_PANIC(cx, "bit syntax: the bytes do not have the length that the segment says", file, line);
  sn_dup(cx, b);
  return b;
}

#endif

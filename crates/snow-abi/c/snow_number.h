/* Int, Float and Bool: arithmetic that C leaves undefined, comparison, hashing.
   In: plain values. Out: the results that the language promises for every input; only a division by zero ends the
   actor. Needs -fwrapv; sn_float_rem needs -lm. Never allocates. */
#ifndef SNOW_NUMBER_H
#define SNOW_NUMBER_H

#include "snow_object.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the headers read words as little endian");

/* ---- Int ---- */
_Noreturn SN_CALLED SN_COLD void sn_division_by_zero(sn_cx *cx, const char *file, int64_t line) {
  SN_PANIC(cx, "division by zero", file, line);
}

/* Rounds toward zero. The smallest Int divided by -1 wraps, where the processor would trap. */
SN_INLINE int64_t sn_int_div(sn_cx *cx, int64_t a, int64_t b, const char *file, int64_t line) {
  if (SN_UNLIKELY(b == 0)) sn_division_by_zero(cx, file, line);
  return SN_UNLIKELY(b == -1) ? (int64_t)(0 - (uint64_t)a) : a / b;
}

SN_INLINE int64_t sn_int_rem(sn_cx *cx, int64_t a, int64_t b, const char *file, int64_t line) {
  if (SN_UNLIKELY(b == 0)) sn_division_by_zero(cx, file, line);
  return SN_UNLIKELY(b == -1) ? 0 : a % b;
}

SN_INLINE int64_t sn_int_band(sn_cx *cx, int64_t a, int64_t b) { return (void)cx, a & b; }
SN_INLINE int64_t sn_int_bor(sn_cx *cx, int64_t a, int64_t b) { return (void)cx, a | b; }
SN_INLINE int64_t sn_int_bxor(sn_cx *cx, int64_t a, int64_t b) { return (void)cx, a ^ b; }
SN_INLINE int64_t sn_int_bnot(sn_cx *cx, int64_t a) { return (void)cx, ~a; }

/* Counts outside 0..63 shift everything out. */
SN_INLINE int64_t sn_int_shl(sn_cx *cx, int64_t a, int64_t count) {
  return (void)cx, (uint64_t)count < 64 ? (int64_t)((uint64_t)a << count) : 0;
}
SN_INLINE int64_t sn_int_shr(sn_cx *cx, int64_t a, int64_t count) {
  return (void)cx, a >> ((uint64_t)count < 64 ? count : 63);
}
SN_INLINE int64_t sn_int_ushr(sn_cx *cx, int64_t a, int64_t count) {
  return (void)cx, (uint64_t)count < 64 ? (int64_t)((uint64_t)a >> count) : 0;
}

/* By hand: on plain x86-64 the builtin is a call into libgcc. */
SN_INLINE int64_t sn_int_popcount(sn_cx *cx, int64_t a) {
  (void)cx;
  uint64_t x = (uint64_t)a;
  x -= (x >> 1) & 0x5555555555555555u;
  x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (int64_t)((x * 0x0101010101010101u) >> 56);
}

SN_INLINE double sn_int_to_float(sn_cx *cx, int64_t a) { return (void)cx, (double)a; }

/* ---- Float ---- */
/* Toward zero; too large saturates, NaN is 0. */
SN_INLINE int64_t sn_float_to_int(sn_cx *cx, double v) {
  (void)cx;
  if (v >= 9223372036854775808.0) return INT64_MAX;
  if (v < -9223372036854775808.0) return INT64_MIN;
  return v == v ? (int64_t)v : 0;
}

/* Rounding goes through Int, which keeps libm out: a Float beyond 2^53 has no fraction left to round. */
SN_INLINE int64_t sn_float_floor(sn_cx *cx, double v) {
  int64_t whole = sn_float_to_int(cx, v);
  return whole - ((double)whole > v && whole != INT64_MIN);
}
SN_INLINE int64_t sn_float_ceil(sn_cx *cx, double v) {
  int64_t whole = sn_float_to_int(cx, v);
  return whole + ((double)whole < v && whole != INT64_MAX);
}
/* Half away from zero. */
SN_INLINE int64_t sn_float_round(sn_cx *cx, double v) {
  int64_t whole = sn_float_to_int(cx, v);
  double rest = v - (double)whole;
  if (rest >= 0.5 && whole != INT64_MAX) return whole + 1;
  return rest <= -0.5 && whole != INT64_MIN ? whole - 1 : whole;
}

SN_INLINE double sn_float_sqrt(sn_cx *cx, double v) { return (void)cx, __builtin_sqrt(v); }
SN_INLINE double sn_float_rem(sn_cx *cx, double a, double b) { return (void)cx, __builtin_fmod(a, b); }

/* ---- comparison: -1, 0, 1 ---- */
SN_INLINE int64_t sn_int_compare(sn_cx *cx, int64_t a, int64_t b) { return (void)cx, (a > b) - (a < b); }
SN_INLINE int64_t sn_bool_compare(sn_cx *cx, bool a, bool b) { return (void)cx, (int64_t)a - (int64_t)b; }
/* A total order: every NaN is one value after all others; the two zeros are equal. */
SN_INLINE int64_t sn_float_compare(sn_cx *cx, double a, double b) {
  (void)cx;
  if (SN_UNLIKELY(a != a || b != b)) return (int64_t)(a != a) - (int64_t)(b != b);
  return (a > b) - (a < b);
}

/* ---- FNV-1a, 64 bits ---- */
#define SN_FNV_BASIS 0xcbf29ce484222325u
#define SN_FNV_PRIME 0x100000001b3u

/* Continues the hash `h` over the eight bytes of `next`, lowest first. */
SN_INLINE int64_t sn_hash_combine(sn_cx *cx, int64_t h, int64_t next) {
  (void)cx;
  uint64_t x = (uint64_t)h;
  for (int shift = 0; shift < 64; shift += 8) x = (x ^ (((uint64_t)next >> shift) & 0xff)) * SN_FNV_PRIME;
  return (int64_t)x;
}
SN_CALLED int64_t sn_hash_int(sn_cx *cx, int64_t v) { return sn_hash_combine(cx, (int64_t)SN_FNV_BASIS, v); }
SN_CALLED int64_t sn_hash_bool(sn_cx *cx, bool v) { return sn_hash_int(cx, v); }
/* What compares equal hashes equal: -0.0 counts as 0.0, and all NaN as one. */
SN_CALLED int64_t sn_hash_float(sn_cx *cx, double v) {
  int64_t bits = 0;
  if (v != v) bits = 0x7ff8000000000000;
  else if (v != 0.0) memcpy(&bits, &v, 8);
  return sn_hash_int(cx, bits);
}

/* ---- handles ---- */
SN_INLINE int64_t sn_pid_to_int(sn_cx *cx, int64_t pid) { return (void)cx, pid; }
SN_INLINE int64_t sn_pid_from_int(sn_cx *cx, int64_t number) { return (void)cx, number; }
SN_INLINE int64_t sn_error_code(sn_cx *cx) { return cx->error; }

/* ---- panics with numbers in their text ---- */
/* Writes `v` in decimal so that it ends at `end`; answers where it starts. */
SN_CALLED char *sn_decimal_before(char *end, int64_t v) {
  static const char pairs[] =
      "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
      "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
  uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  /* Each division waits for the one before, so there are few of them. */
  while (rest >= 10000) {
    uint32_t four = (uint32_t)(rest % 10000);
    rest /= 10000;
    memcpy(end -= 2, pairs + four % 100 * 2, 2);
    memcpy(end -= 2, pairs + four / 100 * 2, 2);
  }
  if (rest >= 100) {
    memcpy(end -= 2, pairs + rest % 100 * 2, 2);
    rest /= 100;
  }
  if (rest >= 10) memcpy(end -= 2, pairs + rest * 2, 2);
  else *--end = (char)('0' + rest);
  if (v < 0) *--end = '-';
  return end;
}

/* How many bytes `sn_decimal_before` writes. */
SN_INLINE int64_t sn_decimal_length(int64_t v) {
  uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  int64_t length = v < 0 ? 2 : 1;
  for (; rest >= 10000; rest /= 10000) length += 4;
  return length + (rest >= 10) + (rest >= 100) + (rest >= 1000);
}

/* "WHAT: index I out of bounds (length L)" */
_Noreturn SN_CALLED SN_COLD void sn_out_of_bounds(sn_cx *cx, const char *what, int64_t index, int64_t length,
                                                 const char *file, int64_t line) {
  char text[160], digits[24], *at = text;
#define SN_PUT(from, count) (memcpy(at, (from), (count)), at += (count))
  char *end = digits + sizeof digits, *start = sn_decimal_before(end, index);
  size_t name = strlen(what);
  SN_PUT(what, name < 64 ? name : 64);
  SN_PUT(": index ", 8);
  SN_PUT(start, (size_t)(end - start));
  SN_PUT(" out of bounds (length ", 23);
  start = sn_decimal_before(end, length);
  SN_PUT(start, (size_t)(end - start));
  SN_PUT(")", 1);
#undef SN_PUT
  snow_panic(cx, text, at - text, (void *)file, line);
}

#endif

/* Bytes inside a loop that owns them: the optimiser has made them writable before the loop and reads address and length
   once. The bounds are still checked, with the same messages. */
#ifndef SNOW_RAW_H
#define SNOW_RAW_H

#include "snow_bytes.h"

/* Address and length of writable bytes, valid until the object changes hands. */
SN_INLINE int64_t sn_raw_address(sn_cx *cx, const sn_bytes *b) { return (void)cx, (int64_t)(intptr_t)b->data; }

SN_INLINE int64_t sn_raw_get(sn_cx *cx, int64_t address, int64_t length, int64_t i, const char *file, int64_t line) {
  if (SN_UNLIKELY((uint64_t)i >= (uint64_t)length)) sn_out_of_bounds(cx, "Bytes.get", i, length, file, line);
  return ((const uint8_t *)(intptr_t)address)[i];
}

SN_INLINE sn_unit sn_raw_set(sn_cx *cx, int64_t address, int64_t length, int64_t i, int64_t v, const char *file,
                             int64_t line) {
  if (SN_UNLIKELY((uint64_t)i >= (uint64_t)length)) sn_out_of_bounds(cx, "Bytes.set", i, length, file, line);
  ((uint8_t *)(intptr_t)address)[i] = (uint8_t)v;
  return 0;
}

#define SN_RAW_WORD(bits, order, suffix, swap)                                                                           \
  SN_INLINE int64_t sn_raw_get_u##bits##_##order(sn_cx *cx, int64_t address, int64_t length, int64_t i,             \
                                                 const char *file, int64_t line) {                                  \
    uint##bits##_t word;                                                                                            \
    if (SN_UNLIKELY(i < 0 || i > length - (int64_t)sizeof word))                                                    \
      sn_out_of_bounds(cx, "Bytes.get_u" #bits suffix, i, length, file, line);                                  \
    memcpy(&word, (const uint8_t *)(intptr_t)address + i, sizeof word);                                             \
    return (int64_t)(uint##bits##_t)swap(word);                                                                     \
  }                                                                                                                 \
  SN_INLINE sn_unit sn_raw_set_u##bits##_##order(sn_cx *cx, int64_t address, int64_t length, int64_t i, int64_t v,  \
                                                 const char *file, int64_t line) {                                  \
    uint##bits##_t word = (uint##bits##_t)swap((uint##bits##_t)v);                                                  \
    if (SN_UNLIKELY(i < 0 || i > length - (int64_t)sizeof word))                                                    \
      sn_out_of_bounds(cx, "Bytes.set_u" #bits suffix, i, length, file, line);                                  \
    memcpy((uint8_t *)(intptr_t)address + i, &word, sizeof word);                                                   \
    return 0;                                                                                                       \
  }
SN_RAW_WORD(16, be, "", __builtin_bswap16)
SN_RAW_WORD(16, le, "_le", SN_SAME)
SN_RAW_WORD(32, be, "", __builtin_bswap32)
SN_RAW_WORD(32, le, "_le", SN_SAME)
SN_RAW_WORD(64, be, "", __builtin_bswap64)
SN_RAW_WORD(64, le, "_le", SN_SAME)

#endif

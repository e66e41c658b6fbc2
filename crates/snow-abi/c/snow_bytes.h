/* Bytes (and the storage of String): a counted window of `len` bytes at `data`.
   Storage is behind the object itself (owner null), in another Bytes (a slice; that one has no owner itself), in a
   block shared with other actors (owner is a block reference), or static (count 0). An object whose owner is null and
   whose count is not 0 is of a small class and at most SN_INLINE_MAX bytes long.
   Promised: a window never changes for anyone but its single owner; appending is O(1) amortised. */
#ifndef SNOW_BYTES_H
#define SNOW_BYTES_H

#include "snow_number.h"

/* A result this short is copied, so that it does not keep a large buffer alive. */
#define SN_SLICE_COPY 64

/* Defines an immortal value with the bytes of a string literal. */
#define SN_BYTES_LITERAL(name, text) \
  static sn_bytes name __attribute__((unused)) = {{0, SN_TAG_BYTES, 0, 0}, sizeof(text) - 1, (uint8_t *)(text), NULL}
SN_OBJECT(sn_bytes sn_bytes_empty, {{0, SN_TAG_BYTES, 0, 0}, 0, (uint8_t *)"", NULL});

/* ---- counts ---- */
SN_CALLED __attribute__((noinline)) void sn_drop_bytes_owner(sn_cx *cx, sn_header *owner) {
  if (!sn_last(cx, owner)) return;
  if (owner->tag == SN_TAG_BYTES) sn_free(cx, owner);
  else snow_block_release(cx, owner);
}
SN_CALLED __attribute__((noinline)) void sn_free_bytes(sn_cx *cx, sn_bytes *b) {
  if (b->owner != NULL) sn_drop_bytes_owner(cx, b->owner);
  sn_free(cx, b);
}
SN_INLINE void sn_drop_bytes(sn_cx *cx, sn_bytes *b) {
  if (sn_last(cx, b)) sn_free_bytes(cx, b);
}

/* True when nobody else sees the storage of a window that has one owner, in this actor or another. */
SN_INLINE bool sn_bytes_alone(const sn_header *owner) {
  if (owner == NULL) return true;
  /* Acquire: pairs with the release of whoever gave its count back, so its reads come before our writes. */
  return owner->rc == 1 && (owner->tag == SN_TAG_BYTES ||
                            __atomic_load_n(&((const sn_block_ref *)owner)->block->rc, __ATOMIC_ACQUIRE) == 1);
}

/* True when nobody else can see the window's storage, now or after a crash. Storage is as old as its window, or older. */
SN_INLINE bool sn_bytes_writable(sn_cx *cx, const sn_bytes *b) {
  return sn_unique(cx, b) && (b->owner == NULL || (!sn_is_old(cx, b->owner) && sn_bytes_alone(b->owner)));
}

/* ---- making ---- */
/* Room of an inline object by class. Never more than SN_INLINE_MAX, so that longer values are always shareable. */
SN_OBJECT(const uint16_t sn_inline_rooms[SN_CLASSES], {0,   0,   16,  32,  48,  64,  80,  96,  128,  160,  192,  224,
                                                       288, 352, 416, 480, 608, 736, 864, 992, 1024, 1024, 1024, 1024});
SN_INLINE int64_t sn_inline_room(const sn_bytes *b) { return sn_inline_rooms[b->h.cls]; }

/* Length 0 and room for at least `capacity` bytes. */
SN_CALLED sn_bytes *sn_bytes_with_capacity(sn_cx *cx, int64_t capacity) {
  if (SN_UNLIKELY(capacity > SN_INLINE_MAX)) return snow_bytes_new(cx, capacity);
  sn_bytes *b = sn_new(cx, sizeof(sn_bytes) + (capacity > 0 ? (size_t)capacity : 0), SN_TAG_BYTES);
  b->len = 0;
  b->data = (uint8_t *)(b + 1);
  b->owner = NULL;
  return b;
}

SN_CALLED sn_bytes *sn_bytes_from(sn_cx *cx, const void *from, int64_t length) {
  sn_bytes *b = sn_bytes_with_capacity(cx, length);
  memcpy(b->data, from, (size_t)length);
  b->len = length;
  return b;
}

SN_CALLED sn_bytes *sn_bytes_repeat(sn_cx *cx, int64_t byte, int64_t count) {
  sn_bytes *b = sn_bytes_with_capacity(cx, count);
  if (count > 0) memset(b->data, (int)(byte & 0xff), (size_t)count);
  b->len = count > 0 ? count : 0;
  return b;
}

/* The same bytes in a writable object; consumes `b`. */
SN_CALLED __attribute__((noinline)) sn_bytes *sn_bytes_copy(sn_cx *cx, sn_bytes *b) {
  sn_bytes *copy = sn_bytes_from(cx, b->data, b->len);
  sn_drop_bytes(cx, b);
  return copy;
}
SN_INLINE sn_bytes *sn_bytes_own(sn_cx *cx, sn_bytes *b) {
  return SN_LIKELY(sn_bytes_writable(cx, b)) ? b : sn_bytes_copy(cx, b);
}

/* ---- reading and writing ---- */
SN_INLINE int64_t sn_bytes_length(sn_cx *cx, const sn_bytes *b) { return (void)cx, b->len; }

SN_INLINE int64_t sn_bytes_get(sn_cx *cx, const sn_bytes *b, int64_t i, const char *file, int64_t line) {
  if (SN_UNLIKELY((uint64_t)i >= (uint64_t)b->len)) sn_out_of_bounds(cx, "Bytes.get", i, b->len, file, line);
  return b->data[i];
}

SN_INLINE sn_bytes *sn_bytes_set(sn_cx *cx, sn_bytes *b, int64_t i, int64_t v, const char *file, int64_t line) {
  if (SN_UNLIKELY((uint64_t)i >= (uint64_t)b->len)) sn_out_of_bounds(cx, "Bytes.set", i, b->len, file, line);
  b = sn_bytes_own(cx, b);
  b->data[i] = (uint8_t)v;
  return b;
}

#define SN_SAME(v) (v)
/* Unaligned words; a word must lie inside the window as a whole. `suffix` ends the function's name in the library. */
#define SN_BYTES_WORD(bits, order, suffix, swap)                                                                    \
  SN_INLINE int64_t sn_bytes_get_u##bits##_##order(sn_cx *cx, const sn_bytes *b, int64_t i, const char *file,       \
                                                   int64_t line) {                                                  \
    uint##bits##_t word;                                                                                            \
    if (SN_UNLIKELY(i < 0 || i > b->len - (int64_t)sizeof word))                                                    \
      sn_out_of_bounds(cx, "Bytes.get_u" #bits suffix, i, b->len, file, line);                                      \
    memcpy(&word, b->data + i, sizeof word);                                                                        \
    return (int64_t)(uint##bits##_t)swap(word);                                                                     \
  }                                                                                                                 \
  SN_INLINE sn_bytes *sn_bytes_set_u##bits##_##order(sn_cx *cx, sn_bytes *b, int64_t i, int64_t v,                  \
                                                     const char *file, int64_t line) {                              \
    uint##bits##_t word = (uint##bits##_t)swap((uint##bits##_t)v);                                                  \
    if (SN_UNLIKELY(i < 0 || i > b->len - (int64_t)sizeof word))                                                    \
      sn_out_of_bounds(cx, "Bytes.set_u" #bits suffix, i, b->len, file, line);                                      \
    b = sn_bytes_own(cx, b);                                                                                        \
    memcpy(b->data + i, &word, sizeof word);                                                                        \
    return b;                                                                                                       \
  }
SN_BYTES_WORD(16, be, "", __builtin_bswap16)
SN_BYTES_WORD(16, le, "_le", SN_SAME)
SN_BYTES_WORD(32, be, "", __builtin_bswap32)
SN_BYTES_WORD(32, le, "_le", SN_SAME)
SN_BYTES_WORD(64, be, "", __builtin_bswap64)
SN_BYTES_WORD(64, le, "_le", SN_SAME)

/* ---- growing ---- */
SN_CALLED __attribute__((noinline)) sn_bytes *sn_bytes_room_slow(sn_cx *cx, sn_bytes *b, int64_t more) {
  if (more == 0) return b;
  int64_t need = b->len + more, capacity = need;
  if (b->h.rc == 1 && sn_bytes_alone(b->owner)) {
    sn_bytes *root = b->owner == NULL ? b : (sn_bytes *)b->owner;
    sn_block *block = root->h.tag == SN_TAG_BYTES ? NULL : ((sn_block_ref *)root)->block;
    uint8_t *start = block == NULL ? (uint8_t *)(root + 1) : block->data;
    int64_t room = block == NULL ? sn_inline_room(root) : block->cap;
    bool old = sn_is_old(cx, b) || sn_is_old(cx, root);
    /* What is behind an old window is nobody's if no other one, now or before the guard, has the same storage. Then only
       the length has to be as it was after a crash. */
    bool fits = need <= start + room - b->data;
    bool keeps = !old || (fits && sn_is_old(cx, b) && (b->owner == NULL || root->h.epoch < cx->noted) &&
                          snow_guard_note_words(cx, b, &b->len, sizeof b->len));
    if (fits && keeps) return b;
    if (need <= room / 2 && !old) { /* the front half is behind the window: moving back pays for itself */
      memmove(start, b->data, (size_t)b->len);
      b->data = start;
      return b;
    }
    if (capacity < 2 * b->len) capacity = 2 * b->len;
    if (capacity > SN_INLINE_MAX && need <= SN_INLINE_MAX) capacity = SN_INLINE_MAX;
  }
  sn_bytes *grown = sn_bytes_with_capacity(cx, capacity);
  memcpy(grown->data, b->data, (size_t)b->len);
  grown->len = b->len;
  sn_drop_bytes(cx, b);
  return grown;
}

/* `b` itself or its replacement, with `more` bytes behind the window that may be written. Consumes `b`. */
SN_INLINE sn_bytes *sn_bytes_room(sn_cx *cx, sn_bytes *b, int64_t more) {
  if (SN_LIKELY(sn_unique(cx, b) && b->owner == NULL && b->len + more <= sn_inline_room(b))) return b;
  return sn_bytes_room_slow(cx, b, more);
}

/* Consumes `to`. */
SN_INLINE sn_bytes *sn_bytes_append_raw(sn_cx *cx, sn_bytes *to, const void *from, int64_t length) {
  to = sn_bytes_room(cx, to, length);
  memcpy(to->data + to->len, from, (size_t)length);
  to->len += length;
  return to;
}

SN_INLINE sn_bytes *sn_append_text(sn_cx *cx, sn_bytes *to, const char *text, int64_t length) {
  return sn_bytes_append_raw(cx, to, text, length);
}
/* Consumes `a`. */
SN_INLINE sn_bytes *sn_bytes_append(sn_cx *cx, sn_bytes *a, const sn_bytes *b) {
  return sn_bytes_append_raw(cx, a, b->data, b->len);
}

/* The same as calls, for functions of very many appends: compilers take long over what is inlined. */
SN_CALLED __attribute__((noinline)) sn_bytes *sn_append_text_called(sn_cx *cx, sn_bytes *to, const char *text, int64_t length) {
  return sn_bytes_append_raw(cx, to, text, length);
}
SN_CALLED __attribute__((noinline)) sn_bytes *sn_bytes_append_called(sn_cx *cx, sn_bytes *a, const sn_bytes *b) {
  return sn_bytes_append(cx, a, b);
}

SN_INLINE sn_bytes *sn_bytes_push(sn_cx *cx, sn_bytes *b, int64_t byte) {
  b = sn_bytes_room(cx, b, 1);
  b->data[b->len++] = (uint8_t)byte;
  return b;
}

/* ---- slices ---- */
/* `count` > 0 bytes from `from`, both within `b`. */
SN_CALLED sn_bytes *sn_bytes_window(sn_cx *cx, sn_bytes *b, int64_t from, int64_t count) {
  if (count == b->len) {
    sn_dup(cx, b);
    return b;
  }
  if (count <= SN_SLICE_COPY) return sn_bytes_from(cx, b->data + from, count);
  sn_header *owner = b->owner == NULL ? &b->h : b->owner;
  sn_dup(cx, owner);
  sn_bytes *slice = sn_new(cx, sizeof(sn_bytes), SN_TAG_BYTES);
  slice->len = count;
  slice->data = b->data + from;
  slice->owner = owner;
  return slice;
}

/* [from, to), both clamped to the window. */
SN_CALLED sn_bytes *sn_bytes_slice(sn_cx *cx, sn_bytes *b, int64_t from, int64_t to) {
  if (from < 0) from = 0;
  if (to > b->len) to = b->len;
  return from < to ? sn_bytes_window(cx, b, from, to - from) : &sn_bytes_empty;
}

/* ---- comparing ---- */
SN_CALLED bool sn_bytes_equal(sn_cx *cx, const sn_bytes *a, const sn_bytes *b) {
  (void)cx;
  return a->len == b->len && (a->data == b->data || memcmp(a->data, b->data, (size_t)a->len) == 0);
}
SN_CALLED int64_t sn_bytes_compare(sn_cx *cx, const sn_bytes *a, const sn_bytes *b) {
  int order = memcmp(a->data, b->data, (size_t)(a->len < b->len ? a->len : b->len));
  return order != 0 ? (order > 0) - (order < 0) : sn_int_compare(cx, a->len, b->len);
}
/* Where `b` stands in a list of bytes that is sorted; -1 when it does not. */
SN_CALLED int64_t sn_bytes_find(sn_cx *cx, const sn_bytes *b, const sn_list *sorted) {
  const sn_bytes *const *items = (const sn_bytes *const *)sorted->data;
  int64_t from = 0, to = sorted->len;
  while (from < to) {
    int64_t middle = from + (to - from) / 2, order = sn_bytes_compare(cx, b, items[middle]);
    if (order == 0) return middle;
    if (order < 0) to = middle;
    else from = middle + 1;
  }
  return -1;
}
SN_CALLED int64_t sn_hash_bytes(sn_cx *cx, const sn_bytes *b) {
  (void)cx;
  uint64_t x = SN_FNV_BASIS;
  for (int64_t i = 0; i < b->len; i++) x = (x ^ b->data[i]) * SN_FNV_PRIME;
  return (int64_t)x;
}

#endif

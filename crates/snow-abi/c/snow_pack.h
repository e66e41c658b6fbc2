/* Packing: values written one after another into a writer, and read back into the heap of whoever unpacks.
   Plain values are their bytes, unaligned. Bytes are copied, except for a window of a shared block: that travels as a
   pointer, which the writer counts for the envelope; and for static values, which are valid in every actor.
   What is read was written by this program, so readers check nothing. */
#ifndef SNOW_PACK_H
#define SNOW_PACK_H

#include "snow_string.h"

void snow_writer_block(sn_cx *, void *writer, void *block);
void *snow_adopt_block(sn_cx *, void *block);

/* First byte of packed Bytes and closures. */
#define SN_PACKED_COPY 0
#define SN_PACKED_BLOCK 1
#define SN_PACKED_STATIC 2
/* A shorter window of a block is copied: that is cheaper than counting across actors, and keeps no block alive. */
#define SN_SHARE_MIN 256

SN_INLINE void sn_write(sn_writer *w, const void *from, size_t size) {
  if (SN_UNLIKELY((size_t)(w->end - w->at) < size)) snow_writer_grow(w->cx, w, (int64_t)size);
  memcpy(w->at, from, size);
  w->at += size;
}
SN_INLINE void sn_read(sn_reader *r, void *to, size_t size) {
  memcpy(to, r->at, size);
  r->at += size;
}

/* sn_pack_X(w, v) and sn_unpack_X(cx, r) for a value without counts. Each takes a byte at least, `()` as well, so that the
   packed length bounds what unpacking makes of it. */
#define SN_PACK_PLAIN(X, T)                                                        \
  SN_INLINE void sn_pack_##X(sn_writer *w, T v) { sn_write(w, &v, sizeof v); }     \
  SN_INLINE T sn_unpack_##X(sn_cx *cx, sn_reader *r) {                             \
    T v;                                                                           \
    (void)cx;                                                                      \
    sn_read(r, &v, sizeof v);                                                      \
    return v;                                                                      \
  }
SN_PACK_PLAIN(int, int64_t)
SN_PACK_PLAIN(float, double)
SN_PACK_PLAIN(bool, bool)
SN_PACK_PLAIN(byte, uint8_t)
SN_PACK_PLAIN(tag, uint16_t)
SN_PACK_PLAIN(pointer, void *)
SN_PACK_PLAIN(unit, sn_unit)

/* Borrows `b`. */
SN_CALLED void sn_pack_bytes(sn_writer *w, sn_bytes *b) {
  if (b->h.rc == 0 && b->owner == NULL) {
    sn_pack_byte(w, SN_PACKED_STATIC);
    sn_pack_pointer(w, b);
  } else if (b->len >= SN_SHARE_MIN && b->owner != NULL && b->owner->tag == SN_TAG_BLOCK_REF) {
    sn_block *block = ((sn_block_ref *)b->owner)->block;
    sn_pack_byte(w, SN_PACKED_BLOCK);
    sn_pack_pointer(w, block);
    sn_pack_int(w, b->data - block->data);
    sn_pack_int(w, b->len);
    snow_writer_block(w->cx, w, block);
  } else {
    sn_pack_byte(w, SN_PACKED_COPY);
    sn_pack_int(w, b->len);
    sn_write(w, b->data, (size_t)b->len);
  }
}

SN_CALLED sn_bytes *sn_unpack_bytes(sn_cx *cx, sn_reader *r) {
  uint8_t form = sn_unpack_byte(cx, r);
  if (form == SN_PACKED_STATIC) return sn_unpack_pointer(cx, r);
  if (form == SN_PACKED_BLOCK) {
    sn_block *block = sn_unpack_pointer(cx, r);
    int64_t offset = sn_unpack_int(cx, r), length = sn_unpack_int(cx, r);
    sn_header *reference = snow_adopt_block(cx, block);
    sn_bytes *b = sn_new(cx, sizeof(sn_bytes), SN_TAG_BYTES);
    b->len = length;
    b->data = block->data + offset;
    b->owner = reference;
    return b;
  }
  int64_t length = sn_unpack_int(cx, r);
  sn_bytes *b = sn_bytes_from(cx, r->at, length);
  r->at += length;
  return b;
}

/* Borrows `c`. */
SN_CALLED void sn_pack_closure(sn_writer *w, sn_closure *c) {
  if (c->h.rc == 0) {
    sn_pack_byte(w, SN_PACKED_STATIC);
    sn_pack_pointer(w, c);
  } else {
    sn_pack_byte(w, SN_PACKED_COPY);
    sn_pack_pointer(w, (void *)c->info);
    c->info->pack(w, c);
  }
}

SN_CALLED sn_closure *sn_unpack_closure(sn_cx *cx, sn_reader *r) {
  if (sn_unpack_byte(cx, r) == SN_PACKED_STATIC) return sn_unpack_pointer(cx, r);
  const sn_closure_info *info = sn_unpack_pointer(cx, r);
  return info->unpack(cx, r);
}

#endif

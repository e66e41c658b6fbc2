/* Tests of lists and packing; part of headers.c. */
#ifndef HEADERS_VALUES_H
#define HEADERS_VALUES_H

#include "headers_stubs.h"

typedef struct pair { sn_bytes *text; int64_t number; int8_t small; } pair;
#define DUP_PAIR(cx, p) sn_dup(cx, (p).text)
#define DROP_PAIR(cx, p) sn_drop_bytes((cx), (p).text)
#define LIST(N, T, DUP, DROP, SHAPE) SN_LIST_DROP(N, T, DROP, SHAPE, SN_INSTANCE) SN_LIST(N, T, DUP, DROP)
LIST(ints, int64_t, SN_NO_DUP, SN_NO_DROP, NULL)
LIST(flags, bool, SN_NO_DUP, SN_NO_DROP, NULL)
LIST(texts, sn_bytes *, sn_dup, sn_drop_bytes, NULL)
LIST(pairs, pair, DUP_PAIR, DROP_PAIR, NULL)
LIST(nested, sn_list *, sn_dup, texts_drop, NULL)

static sn_bytes *numbered(int64_t n) { return sn_append_int(CX, sn_bytes_with_capacity(CX, 0), n); }
static sn_list *numbered_list(int64_t n) {
  sn_list *l = &sn_list_empty;
  for (int64_t i = 0; i < n; i++) l = texts_append(CX, l, numbered(i));
  return l;
}
static void check_range(sn_list *l, int64_t from, int64_t to) {
  CHECK_INT(sn_list_length(CX, l), to - from);
  for (int64_t i = from; i < to; i++) {
    sn_bytes *want = numbered(i), *got = texts_get(CX, l, i - from, AT);
    CHECK(sn_bytes_equal(CX, got, want));
    sn_drop_bytes(CX, want), sn_drop_bytes(CX, got);
  }
}

static void plain_lists(void) {
  sn_list *l = ints_with_capacity(CX, -1);
  int moves = 0;
  for (int64_t i = 0; i < 100000; i++) {
    sn_list *before = l;
    l = ints_append(CX, l, i);
    moves += before != l;
  }
  CHECK(moves < 20 && ints_items(l)[99999] == 99999 && *ints_at(l, 5) == 5 && large_objects == 1);
  CHECK_INT(ints_get(CX, l, 77, AT), 77);
  CHECK_INT(ints_head(CX, l, AT), 0);
  CHECK_INT(ints_last(CX, l, AT), 99999);
  sn_list *same = l;
  for (int64_t i = 1; i < 100000; i++) l = ints_tail(CX, l, AT);
  CHECK(l == same && l->len == 1 && ints_head(CX, l, AT) == 99999);
  for (int64_t i = 0; i < 60000; i++) l = ints_append(CX, l, i); /* the free front is used again */
  CHECK(l == same && l->len == 60001 && ints_items(l)[0] == 99999 && ints_last(CX, l, AT) == 59999);
  l = ints_slice(CX, l, 1, 2);
  PANICS(ints_get(CX, l, 5, AT), "List.get: index 5 out of bounds (length 1)");
  PANICS(ints_get(CX, l, -1, AT), "List.get: index -1 out of bounds (length 1)");
  PANICS(ints_set(CX, l, 1, 0, AT), "List.set: index 1 out of bounds (length 1)");
  l = ints_tail(CX, l, AT);
  CHECK_INT(l->len, 0);
  PANICS(ints_tail(CX, l, AT), "List.tail: empty list");
  PANICS(ints_head(CX, l, AT), "List.head: empty list");
  PANICS(ints_last(CX, &sn_list_empty, AT), "List.last: empty list");
  PANICS(ints_with_capacity(CX, INT64_MAX), "out of memory");
  ints_drop(CX, l);

  l = flags_with_capacity(CX, 3);
  for (int i = 0; i < 1000; i++) l = flags_append(CX, l, i % 3 == 0);
  CHECK(flags_get(CX, l, 999, AT) && !flags_get(CX, l, 998, AT) && ((uintptr_t)l->data & 7) == 0);
  flags_drop(CX, l);
}

static void counted_lists(void) {
  sn_list *l = numbered_list(10), *same = l, *view, *other;
  sn_bytes *kept = texts_get(CX, l, 3, AT);
  CHECK_INT(kept->h.rc, 2);
  l = texts_set(CX, l, 3, numbered(33), AT); /* in place */
  CHECK(l == same && kept->h.rc == 1);
  l = texts_set(CX, l, 3, kept, AT);
  sn_dup(CX, l);
  other = texts_set(CX, l, 0, numbered(5), AT); /* shared: copies */
  CHECK(other != l && l->h.rc == 1 && kept->h.rc == 2);
  check_range(l, 0, 10);
  texts_drop(CX, other);
  CHECK_INT(kept->h.rc, 1);

  sn_dup(CX, l);
  view = texts_slice(CX, l, 2, 8);
  CHECK(view->owner == l && l->h.rc == 2);
  check_range(view, 2, 8);
  sn_list *before = view;
  view = texts_tail(CX, view, AT); /* a view of one owner moves on in place */
  CHECK(view == before && view->owner == l);
  sn_dup(CX, view);
  other = texts_tail(CX, view, AT);
  CHECK(other != view && other->owner == l && l->h.rc == 3 && view->h.rc == 1);
  check_range(view, 3, 8);
  check_range(other, 4, 8);
  view = texts_append(CX, view, numbered(8)); /* copies, the owner stays as it is */
  check_range(view, 3, 9);
  CHECK(view->owner == NULL && l->h.rc == 2);
  texts_drop(CX, l);
  check_range(other, 4, 8);
  view = texts_concat(CX, view, other);
  CHECK_INT(view->len, 10);
  texts_drop(CX, view);
  texts_drop(CX, other);

  l = numbered_list(20);
  same = l;
  l = texts_slice(CX, l, 5, 15); /* in place: what falls off is dropped */
  CHECK(l == same && l->owner == NULL);
  check_range(l, 5, 15);
  sn_dup(CX, l);
  view = texts_slice(CX, l, 1, 9); /* a view behind an advanced start */
  check_range(view, 6, 14);
  CHECK(texts_slice(CX, view, -4, 99) == view);
  texts_drop(CX, view);
  sn_dup(CX, l);
  l = texts_concat(CX, l, l);
  CHECK(l != same && l->len == 20 && same->h.rc == 1);
  texts_drop(CX, same);
  CHECK(texts_concat(CX, l, &sn_list_empty) == l);
  other = texts_concat(CX, &sn_list_empty, l);
  CHECK(other == l && l->h.rc == 2);
  CHECK(texts_slice(CX, other, 3, 3) == &sn_list_empty && l->h.rc == 1);
  CHECK(texts_slice(CX, l, 9, 2) == &sn_list_empty);
  CHECK(texts_slice(CX, &sn_list_empty, 0, 5) == &sn_list_empty);
  texts_drop(CX, &sn_list_empty);

  sn_list *p = pairs_with_capacity(CX, 2);
  for (int64_t i = 0; i < 50; i++) p = pairs_append(CX, p, (pair){numbered(i), i, (int8_t)i});
  pair last = pairs_last(CX, p, AT);
  CHECK(last.number == 49 && last.small == 49 && last.text->h.rc == 2);
  DROP_PAIR(CX, last);
  p = pairs_tail(CX, pairs_set(CX, p, 1, (pair){numbered(0), 7, 7}, AT), AT);
  CHECK(pairs_at(p, 0)->number == 7);
  pairs_drop(CX, p);

  sn_list *n = nested_append(CX, nested_append(CX, &sn_list_empty, numbered_list(3)), &sn_list_empty);
  sn_list *inner = nested_head(CX, n, AT);
  nested_drop(CX, n);
  check_range(inner, 0, 3);
  texts_drop(CX, inner);
}

/* ---- packing ---- */
typedef struct adder { sn_closure c; int64_t amount; sn_bytes *name; } adder;
static void adder_drop(sn_cx *cx, sn_closure *c) {
  sn_drop_bytes(cx, ((adder *)c)->name);
  sn_free(cx, c);
}
static void adder_pack(sn_writer *w, sn_closure *c) {
  sn_pack_int(w, ((adder *)c)->amount);
  sn_pack_bytes(w, ((adder *)c)->name);
}
static sn_closure *adder_unpack(sn_cx *cx, sn_reader *r);
static const sn_closure_info adder_info = {NULL, adder_drop, adder_pack, adder_unpack, NULL};
static sn_closure *adder_new(sn_cx *cx, int64_t amount, sn_bytes *name) {
  adder *a = sn_new(cx, sizeof *a, SN_TAG_CLOSURE);
  a->c.info = &adder_info;
  a->amount = amount;
  a->name = name;
  return &a->c;
}
static sn_closure *adder_unpack(sn_cx *cx, sn_reader *r) {
  int64_t amount = sn_unpack_int(cx, r);
  return adder_new(cx, amount, sn_unpack_bytes(cx, r));
}
static sn_closure still = {{0, SN_TAG_CLOSURE, 0, 0}, &adder_info};
SN_BYTES_LITERAL(literal, "a literal");

static void packing(void) {
  sn_cx *to = &actors[1];
  sn_writer w = {NULL, NULL, NULL, CX};
  sn_bytes *small = sn_bytes_repeat(CX, 's', 100), *big = sn_bytes_repeat(CX, 'b', 5000);
  sn_bytes *part = sn_bytes_slice(CX, big, 100, 400), *little = sn_bytes_slice(CX, big, 0, SN_SHARE_MIN - 1);
  sn_bytes *text_part = sn_bytes_slice(CX, &literal, 2, 9);
  sn_closure *c = adder_new(CX, 11, numbered(1234));
  sn_pack_int(&w, INT64_MIN), sn_pack_float(&w, -0.5), sn_pack_bool(&w, true), sn_pack_byte(&w, 255);
  sn_pack_tag(&w, 0xabcd), sn_pack_unit(&w, 0), sn_pack_pointer(&w, &w);
  sn_pack_bytes(&w, small), sn_pack_bytes(&w, big), sn_pack_bytes(&w, part), sn_pack_bytes(&w, little);
  sn_pack_bytes(&w, &literal), sn_pack_bytes(&w, text_part), sn_pack_bytes(&w, &sn_bytes_empty);
  sn_pack_closure(&w, &still), sn_pack_closure(&w, c);
  sn_block *block = ((sn_block_ref *)big->owner)->block;
  CHECK(envelope_blocks == 2 && block->rc == 3);
  sn_drop_bytes(CX, small), sn_drop_bytes(CX, big), sn_drop_bytes(CX, part), sn_drop_bytes(CX, little);
  sn_drop_bytes(CX, text_part), sn_drop_closure(CX, c);
  CHECK_INT(live(CX), 0);
  CHECK(blocks == 1 && block->rc == 2); /* the envelope alone keeps it */

  sn_reader r = {w.base, w.at};
  CHECK_INT(sn_unpack_int(to, &r), INT64_MIN);
  CHECK(sn_unpack_float(to, &r) == -0.5);
  CHECK(sn_unpack_bool(to, &r));
  CHECK_INT(sn_unpack_byte(to, &r), 255);
  CHECK_INT(sn_unpack_tag(to, &r), 0xabcd);
  CHECK_INT(sn_unpack_unit(to, &r), 0);
  CHECK(sn_unpack_pointer(to, &r) == &w);
  small = sn_unpack_bytes(to, &r), big = sn_unpack_bytes(to, &r), part = sn_unpack_bytes(to, &r);
  CHECK(small->len == 100 && small->data[99] == 's' && sn_bytes_writable(to, small));
  CHECK(big->len == 5000 && big->data == block->data && big->data[4999] == 'b' && !sn_bytes_writable(to, big));
  CHECK(part->len == 300 && part->data == block->data + 100 && block->rc == 4);
  little = sn_unpack_bytes(to, &r);
  CHECK(little->len == SN_SHARE_MIN - 1 && little->owner == NULL && little->data[0] == 'b');
  CHECK(sn_unpack_bytes(to, &r) == &literal);
  text_part = sn_unpack_bytes(to, &r);
  CHECK(text_part->len == 7 && memcmp(text_part->data, "literal", 7) == 0);
  CHECK(sn_unpack_bytes(to, &r) == &sn_bytes_empty);
  CHECK(sn_unpack_closure(to, &r) == &still);
  c = sn_unpack_closure(to, &r);
  CHECK(((adder *)c)->amount == 11 && ((adder *)c)->name->len == 4 && c->info == &adder_info);
  CHECK(r.at == r.end);
  free_envelope(&w);
  CHECK_INT(block->rc, 2);
  sn_drop_bytes(to, part);
  CHECK(sn_bytes_writable(to, big)); /* the receiver is alone with it now */
  sn_drop_bytes(to, big), sn_drop_bytes(to, small), sn_drop_bytes(to, little), sn_drop_bytes(to, text_part);
  sn_drop_closure(to, c);
  CHECK_INT(live(to), 0);
}

#endif

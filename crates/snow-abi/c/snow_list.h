/* List<T>: a counted array. What does not depend on T is here once; SN_LIST defines the rest for one item type.
   owner == NULL: the items lie behind the object, `cap` is their room counted from there, and `data` points at the
   first of the `len` items; items before it have been moved out. owner != NULL: a view of items that belong to `owner`,
   which is never a view itself. Promised: a list never changes for anyone but its single owner; append is O(1)
   amortised, a slice is O(1) unless items fall off a list that nobody else has. Items are 8-byte aligned. */
#ifndef SNOW_LIST_H
#define SNOW_LIST_H

#include "snow_number.h"

/* The empty list of every type; immortal. */
SN_OBJECT(sn_list sn_list_empty, {{0, SN_TAG_LIST, 0, 0}, 0, 0, (uint8_t *)(&sn_list_empty + 1), NULL});

/* For items that need no counting. */
#define SN_NO_DUP(cx, v) ((void)(cx), (void)(v))
#define SN_NO_DROP(cx, v) ((void)(cx), (void)(v))

SN_INLINE int64_t sn_list_length(sn_cx *cx, const sn_list *l) { return (void)cx, l->len; }
SN_INLINE uint8_t *sn_list_start(sn_list *l) { return (uint8_t *)(l + 1); }
SN_INLINE bool sn_list_writable(sn_cx *cx, const sn_list *l) { return sn_unique(cx, l) && l->owner == NULL; }
/* The same for a list that may be old, of which `bytes` bytes from `from` on are noted first. An old one never becomes
   shorter in place, so what lies behind its items is nobody's. */
SN_INLINE bool sn_list_noted(sn_cx *cx, sn_list *l, void *from, int64_t bytes) {
  return l->h.rc == 1 && l->owner == NULL && snow_guard_note_words(cx, l, from, bytes);
}

/* True when `more` items fit behind the last one. */
SN_INLINE bool sn_list_fits(sn_list *l, int64_t size, int64_t more) {
  return more * size <= sn_list_start(l) + l->cap * size - (l->data + l->len * size);
}

_Noreturn SN_CALLED SN_COLD void sn_list_is_empty(sn_cx *cx, const char *what, const char *file, int64_t line) {
  snow_panic(cx, (void *)what, (int64_t)strlen(what), (void *)file, line);
}

/* An empty list with room for at least `count` items of `size` bytes. */
SN_CALLED sn_list *sn_list_make(sn_cx *cx, int64_t size, int64_t count) {
  if (count < 0) count = 0;
  /* A size that no heap can hold is left to the allocator, whose refusal names the reason. */
  int64_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > INT64_MAX / 2) bytes = INT64_MAX / 2;
  sn_list *l = sn_new(cx, sizeof(sn_list) + (size_t)bytes, SN_TAG_LIST);
  if (l->h.cls != SN_CLASS_LARGE) count = (sn_class_size[l->h.cls] - (int64_t)sizeof(sn_list)) / size;
  l->len = 0;
  l->cap = count;
  l->data = sn_list_start(l);
  l->owner = NULL;
  return l;
}

/* A new list with the items of `l` bit by bit; the counts of the items are the caller's business. */
SN_CALLED sn_list *sn_list_copy_items(sn_cx *cx, const sn_list *l, int64_t size, int64_t count) {
  sn_list *copy = sn_list_make(cx, size, count);
  memcpy(copy->data, l->data, (size_t)(l->len * size));
  copy->len = l->len;
  return copy;
}

/* Makes room in a writable list; consumes it. The items move and keep their counts. */
SN_CALLED __attribute__((noinline)) sn_list *sn_list_widen(sn_cx *cx, sn_list *l, int64_t size, int64_t more) {
  int64_t need = l->len + more, count = need;
  if (need <= l->cap / 2) { /* the front half is free: moving back pays for itself */
    memmove(sn_list_start(l), l->data, (size_t)(l->len * size));
    l->data = sn_list_start(l);
    return l;
  }
  if (count < 2 * l->len) count = 2 * l->len;
  sn_list *wide = sn_list_copy_items(cx, l, size, count < 4 ? 4 : count);
  sn_free(cx, l);
  return wide;
}

/* A view of `count` > 0 items of `l`; consumes `l`. */
SN_CALLED sn_list *sn_list_view(sn_cx *cx, sn_list *l, int64_t size, int64_t from, int64_t count) {
  if (sn_unique(cx, l)) { /* the caller has seen to it that `l` is a view itself */
    l->data += from * size;
    l->len = count;
    return l;
  }
  sn_list *view = sn_new(cx, sizeof(sn_list), SN_TAG_LIST);
  view->len = count;
  view->cap = 0;
  view->data = l->data + from * size;
  view->owner = l->owner == NULL ? l : l->owner;
  if (l->h.rc == 1) { /* an old one: the view has what it had */
    if (l->owner != NULL) sn_free(cx, l);
    return view;
  }
  sn_dup(cx, view->owner);
  (void)sn_last(cx, l);
  return view;
}

/* Defines N_drop for lists with items of the C type T. DROP(cx, v) takes a count from an item. SHAPE describes lists that may
   be nested to any depth; it is NULL for others. STORAGE stands in front of the function. */
#define SN_LIST_DROP(N, T, DROP, SHAPE, STORAGE)                                                                     \
  SN_MAYBE __attribute__((noinline)) void N##_free(sn_cx *cx, sn_list *l) {                                          \
    const sn_shape *shape = (SHAPE);                                                                                 \
    if (shape != NULL && SN_DEEP(cx)) {                                                                              \
      snow_drop_deep(cx, l, (void *)shape);                                                                          \
      return;                                                                                                        \
    }                                                                                                                \
    sn_list *owner = l->owner;                                                                                       \
    if (owner != NULL) {                                                                                             \
      sn_free(cx, l);                                                                                                \
      if (!sn_last(cx, owner)) return;                                                                               \
      l = owner;                                                                                                     \
    }                                                                                                                \
    T *end = (T *)l->data + l->len;                                                                                  \
    for (T *at = (T *)l->data; at < end; at++) DROP(cx, *at);                                                        \
    sn_free(cx, l);                                                                                                  \
  }                                                                                                                  \
  STORAGE void N##_drop(sn_cx *cx, sn_list *l) {                                                                     \
    if (sn_last(cx, l)) N##_free(cx, l);                                                                             \
  }

/* Defines the other list functions N_… for items of the C type T. DUP(cx, v) adds a count to an item, DROP(cx, v) takes one.
   Lists and items are consumed unless noted. */
#define SN_LIST(N, T, DUP, DROP)                                                                                     \
  SN_INSTANCE T *N##_items(sn_list *l) { return (T *)l->data; }                                                      \
  SN_INSTANCE T *N##_at(sn_list *l, int64_t i) { return (T *)l->data + i; }                                          \
  SN_MAYBE sn_list *N##_with_capacity(sn_cx *cx, int64_t count) { return sn_list_make(cx, sizeof(T), count); }       \
  SN_MAYBE void N##_drop_items(sn_cx *cx, T *at, T *end) {                                                           \
    (void)cx;                                                                                                        \
    for (; at < end; at++) DROP(cx, *at);                                                                            \
  }                                                                                                                  \
  /* Writable, with room for `more` items. */                                                                        \
  SN_MAYBE __attribute__((noinline)) sn_list *N##_room(sn_cx *cx, sn_list *l, int64_t more) {                        \
    if (sn_list_writable(cx, l)) {                                                                                   \
      return sn_list_fits(l, sizeof(T), more) ? l : sn_list_widen(cx, l, sizeof(T), more);                           \
    }                                                                                                                \
    bool alone = l->h.rc == 1 && l->owner == NULL, fits = alone && sn_list_fits(l, sizeof(T), more);                 \
    if (fits && more > 0 && snow_guard_note_words(cx, l, &l->len, sizeof l->len)) return l;                          \
    int64_t room = l->len + more;                                                                                    \
    sn_list *copy = sn_list_copy_items(cx, l, sizeof(T), alone && !fits && room < 2 * l->len ? 2 * l->len : room);   \
    if (alone) { /* an old one: its items move */                                                                    \
      sn_free(cx, l);                                                                                                \
      return copy;                                                                                                   \
    }                                                                                                                \
    T *items = (T *)copy->data;                                                                                      \
    for (int64_t i = 0; i < copy->len; i++) DUP(cx, items[i]);                                                       \
    N##_drop(cx, l);                                                                                                 \
    return copy;                                                                                                     \
  }                                                                                                                  \
  /* Borrows `l`; the item is a count of the caller's own. */                                                        \
  SN_INSTANCE T N##_get(sn_cx *cx, sn_list *l, int64_t i, const char *file, int64_t line) {                          \
    if (SN_UNLIKELY((uint64_t)i >= (uint64_t)l->len)) sn_out_of_bounds(cx, "List.get", i, l->len, file, line);       \
    T item = ((T *)l->data)[i];                                                                                      \
    DUP(cx, item);                                                                                                   \
    return item;                                                                                                     \
  }                                                                                                                  \
  /* Borrows `l`. */                                                                                                 \
  SN_INSTANCE T N##_head(sn_cx *cx, sn_list *l, const char *file, int64_t line) {                                    \
    if (SN_UNLIKELY(l->len == 0)) sn_list_is_empty(cx, "List.head: empty list", file, line);                         \
    T item = ((T *)l->data)[0];                                                                                      \
    DUP(cx, item);                                                                                                   \
    return item;                                                                                                     \
  }                                                                                                                  \
  /* Borrows `l`. */                                                                                                 \
  SN_INSTANCE T N##_last(sn_cx *cx, sn_list *l, const char *file, int64_t line) {                                    \
    if (SN_UNLIKELY(l->len == 0)) sn_list_is_empty(cx, "List.last: empty list", file, line);                         \
    T item = ((T *)l->data)[l->len - 1];                                                                             \
    DUP(cx, item);                                                                                                   \
    return item;                                                                                                     \
  }                                                                                                                  \
  SN_MAYBE sn_list *N##_set(sn_cx *cx, sn_list *l, int64_t i, T item, const char *file, int64_t line) {              \
    if (SN_UNLIKELY((uint64_t)i >= (uint64_t)l->len)) sn_out_of_bounds(cx, "List.set", i, l->len, file, line);       \
    if (SN_UNLIKELY(!sn_list_writable(cx, l)) && !sn_list_noted(cx, l, (T *)l->data + i, sizeof(T)))                 \
      l = N##_room(cx, l, 0);                                                                                        \
    T old = ((T *)l->data)[i];                                                                                       \
    ((T *)l->data)[i] = item;                                                                                        \
    DROP(cx, old);                                                                                                   \
    return l;                                                                                                        \
  }                                                                                                                  \
  SN_MAYBE inline sn_list *N##_append(sn_cx *cx, sn_list *l, T item) {                                               \
    if (SN_UNLIKELY(!sn_list_writable(cx, l) || !sn_list_fits(l, sizeof(T), 1))) l = N##_room(cx, l, 1);             \
    ((T *)l->data)[l->len++] = item;                                                                                 \
    return l;                                                                                                        \
  }                                                                                                                  \
  /* The same as a call, for functions of very many appends. */                                                      \
  SN_MAYBE __attribute__((noinline)) sn_list *N##_append_called(sn_cx *cx, sn_list *l, T item) {                     \
    return N##_append(cx, l, item);                                                                                  \
  }                                                                                                                  \
  /* Borrows `b`. */                                                                                                 \
  SN_MAYBE sn_list *N##_concat(sn_cx *cx, sn_list *a, sn_list *b) {                                                  \
    int64_t more = b->len;                                                                                           \
    if (more == 0) return a;                                                                                         \
    if (a->len == 0 && !sn_list_writable(cx, a)) {                                                                   \
      N##_drop(cx, a);                                                                                               \
      sn_dup(cx, b);                                                                                                 \
      return b;                                                                                                      \
    }                                                                                                                \
    a = N##_room(cx, a, more);                                                                                       \
    T *to = (T *)a->data + a->len;                                                                                   \
    memcpy(to, b->data, (size_t)more * sizeof(T));                                                                   \
    for (int64_t i = 0; i < more; i++) DUP(cx, to[i]);                                                               \
    a->len += more;                                                                                                  \
    return a;                                                                                                        \
  }                                                                                                                  \
  /* Items [from, to), both clamped to the list. */                                                                  \
  SN_MAYBE sn_list *N##_slice(sn_cx *cx, sn_list *l, int64_t from, int64_t to) {                                     \
    if (from < 0) from = 0;                                                                                          \
    if (to > l->len) to = l->len;                                                                                    \
    if (from >= to) {                                                                                                \
      N##_drop(cx, l);                                                                                               \
      return &sn_list_empty;                                                                                         \
    }                                                                                                                \
    if (to - from == l->len) return l;                                                                               \
    if (!sn_list_writable(cx, l)) return sn_list_view(cx, l, sizeof(T), from, to - from);                            \
    T *items = (T *)l->data;                                                                                         \
    N##_drop_items(cx, items + to, items + l->len);                                                                  \
    N##_drop_items(cx, items, items + from);                                                                         \
    l->data = (uint8_t *)(items + from);                                                                             \
    l->len = to - from;                                                                                              \
    return l;                                                                                                        \
  }                                                                                                                  \
  SN_MAYBE sn_list *N##_tail(sn_cx *cx, sn_list *l, const char *file, int64_t line) {                                \
    if (SN_UNLIKELY(l->len == 0)) sn_list_is_empty(cx, "List.tail: empty list", file, line);                         \
    return N##_slice(cx, l, 1, l->len);                                                                              \
  }

#endif

/* Objects, counts and allocation: what every generated file needs first.
   The layouts are those of snow-abi/src/layout.rs; snow_assert.h checks that both agree. */
#ifndef SNOW_OBJECT_H
#define SNOW_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SN_LIKELY(x) __builtin_expect(!!(x), 1)
#define SN_UNLIKELY(x) __builtin_expect(!!(x), 0)
/* Helpers. For release each is in every file: SN_INLINE in each place that calls it, SN_CALLED once. Compiling them again
   and again takes a good part of a compiler's time, which matters more while a program is being written: in development
   they and the objects that they need are in one file, which defines SN_HELPERS, and are compiled once for all programs.
   The other files see what is in them and look no further. */
#if !defined(SN_DEVELOPMENT)
#define SN_INLINE static inline __attribute__((always_inline, unused))
#define SN_CALLED static __attribute__((unused))
#define SN_OBJECT(declaration, ...) static declaration __attribute__((unused)) = __VA_ARGS__
#elif defined(SN_HELPERS)
#define SN_INLINE
#define SN_CALLED
#define SN_OBJECT(declaration, ...) declaration = __VA_ARGS__
#else
#define SN_INLINE inline __attribute__((noinline))
#define SN_CALLED SN_INLINE
#define SN_OBJECT(declaration, ...) extern declaration
#endif
/* A helper for values of one type. */
#ifdef SN_DEVELOPMENT
#define SN_INSTANCE static __attribute__((unused))
#else
#define SN_INSTANCE static inline __attribute__((always_inline, unused))
#endif
/* A small function of the program, which files that call it have copies of, and only its own file in development. */
#ifdef SN_DEVELOPMENT
#define SN_SMALL
#else
#define SN_SMALL static inline __attribute__((unused))
#endif
#define SN_MAYBE static __attribute__((unused))
/* A function that a trace must be able to tell from one with the same body. */
#define SN_DISTINCT __attribute__((no_icf))
/* A part of a function that was too long: inlined, it would be one again. */
#define SN_APART __attribute__((noinline))
/* Behind a call: it is not the last thing that its caller does, so the caller stays on the stack, where a trace finds it. */
#define SN_KEEP_FRAME __asm__ volatile("" ::)
#define SN_COLD __attribute__((cold, noinline))

#define SN_CLASSES 24
#define SN_CLASS_LARGE 255
#define SN_TAG_BYTES 0xFFF0
#define SN_TAG_BLOCK_REF 0xFFF1
#define SN_TAG_CLOSURE 0xFFF2
#define SN_TAG_LIST 0xFFF3
#define SN_INLINE_MAX 1024

typedef struct sn_header { uint32_t rc; uint16_t tag; uint8_t cls; uint8_t epoch; } sn_header;
typedef sn_header *sn_obj; /* any boxed value */
typedef uint8_t sn_unit;   /* the value of `()`: always 0 */

typedef struct sn_bytes { sn_header h; int64_t len; uint8_t *data; sn_header *owner; } sn_bytes;
typedef struct sn_list { sn_header h; int64_t len; int64_t cap; uint8_t *data; struct sn_list *owner; } sn_list;
typedef struct sn_block { int64_t rc; int64_t cap; uint8_t data[]; } sn_block;
typedef struct sn_block_ref { sn_header h; sn_block *block; struct sn_block_ref *prev, *next; } sn_block_ref;

/* What code inside guards did to an object or a cell from before: its address with a kind, and its header as it was. */
typedef struct sn_note { uintptr_t object; sn_header header; } sn_note;
#define SN_NOTE_CELL 1

typedef struct sn_cx {
  uintptr_t limit;
  void *free[SN_CLASSES];
  uint8_t *bump, *bump_end;
  struct sn_guard *guard;
  int64_t pid;
  int32_t error;
  uint8_t epoch, last_epoch; /* the innermost guard's, and the youngest that was given */
  uint8_t noted;             /* the epoch of older objects that a note is about, one less than that of the guard */
  sn_note *note, *notes_end; /* where the next note of a guard goes, and where the runtime has to make space */
} sn_cx;

/* How long the code inside a guard may take; the runtime sets the rest when it first looks. */
typedef struct sn_limit { int64_t within; sn_bytes *label; int64_t started, seen, named; } sn_limit;
#define SN_GUARD_FOR_GOOD 1
#define SN_GUARD_TAKES 16
/* `state` is the runtime's: what it goes back to after a crash. */
typedef struct sn_guard {
  struct sn_guard *outer;
  void *jump[5];
  sn_limit *limit;
  struct sn_closure *body;
  uint64_t state[24];
} sn_guard;

typedef struct sn_writer { uint8_t *at, *end, *base; sn_cx *cx; } sn_writer;
typedef struct sn_reader { const uint8_t *at, *end; } sn_reader;

/* ---- shapes: what values of a type are made of ----
   Generated code walks a value by recursion as long as the stack has plenty of room; where it has not, the runtime goes
   on by these descriptions, with a list of what is left in place of the stack. */
enum sn_step_code {
  SN_STEP_END, SN_STEP_ITEM_END, SN_STEP_INT, SN_STEP_PID, SN_STEP_FLOAT, SN_STEP_BOOL, SN_STEP_UNIT, SN_STEP_STRING,
  SN_STEP_BYTES, SN_STEP_CLOSURE, SN_STEP_VALUE, SN_STEP_OPEN, SN_STEP_CLOSE, SN_STEP_CASE, SN_STEP_NOTHING
};
struct sn_shape;
/* One part of an object, `offset` bytes from its start (of an item, from the item's). VALUE is a pointer to a value of
   the shape `of`. OPEN and CLOSE stand around the steps of a value of the shape `of` that lies in the object itself, and
   CASE before those of one of its variants; OPEN and CASE say how many steps they skip. ITEM_END says how many steps
   back the first one of an item is, and in `offset` how large an item is. */
typedef struct sn_step { uint16_t code, variant; uint32_t offset; int64_t skip; const struct sn_shape *of; } sn_step;
/* The object of one constructor, tuple, struct, or closure. `constant` is the one object of a constructor without parts. */
typedef struct sn_variant {
  const char *name;
  const char *const *fields;
  int64_t count, size;
  void *constant;
  const sn_step *steps;
} sn_variant;
/* What replaces the walk over a value; each takes the place where the value lies. */
typedef struct sn_hooks {
  bool (*equal)(struct sn_cx *, const void *, const void *);
  int64_t (*compare)(struct sn_cx *, const void *, const void *);
  int64_t (*hash)(struct sn_cx *, const void *);
  struct sn_bytes *(*display)(struct sn_cx *, struct sn_bytes *, const void *);
  struct sn_bytes *(*inspect)(struct sn_cx *, struct sn_bytes *, const void *);
} sn_hooks;
enum sn_shape_kind {
  SN_SHAPE_TUPLE, SN_SHAPE_STRUCT, SN_SHAPE_SUM, SN_SHAPE_LIST, SN_SHAPE_MAP, SN_SHAPE_SET, SN_SHAPE_QUEUE
};
/* `owns` is false when nothing has to be dropped in an object; the only variant of a list is its item. */
typedef struct sn_shape {
  int64_t kind, owns;
  const char *name;
  const sn_variant *variants;
  const sn_hooks *hooks;
} sn_shape;

struct sn_closure;
typedef struct sn_closure_info {
  const void *code;
  void (*drop)(sn_cx *, struct sn_closure *);
  void (*pack)(sn_writer *, struct sn_closure *);
  struct sn_closure *(*unpack)(sn_cx *, sn_reader *);
  const sn_variant *captured;
} sn_closure_info;
typedef struct sn_closure { sn_header h; const sn_closure_info *info; } sn_closure;

typedef struct sn_place { const char *file; int64_t line; } sn_place;

typedef struct sn_actor_info {
  const char *name;
  int64_t frame_size;
  int64_t (*run)(sn_cx *, void *);
  void (*init)(sn_cx *, void *, sn_reader *);
  void (*terminate)(sn_cx *, void *);
  void (*pack)(sn_writer *, void *);
  void (*unpack)(sn_cx *, void *, sn_reader *);
  int64_t message;
  const sn_place *receives;
} sn_actor_info;

typedef struct sn_program {
  const sn_actor_info *main;
  void (*raise)(sn_cx *);
  const char *sources;
} sn_program;

typedef struct sn_message {
  int64_t kind;
  const uint8_t *packed;
  int64_t packed_len;
  void *kept;
  sn_closure *make;
  int64_t event_kind, event_number;
  sn_bytes *event_text;
} sn_message;

/* A message that was left is kept in a box: header, function that drops it, value. */
#define SN_KEPT_AT 16

#define SN_TURN_DONE 0
#define SN_TURN_WAITING 1
#define SN_WAIT_SUSPEND 0
#define SN_WAIT_MORE 1
#define SN_WAIT_TIMEOUT 2
#define SN_MANNER_PLAIN 0
#define SN_MANNER_OFFER 1
#define SN_MANNER_EXEMPT 2
#define SN_MESSAGE_USER 0
#define SN_MESSAGE_EVENT 1

SN_OBJECT(const uint16_t sn_class_size[SN_CLASSES], {16,  32,  48,  64,  80,  96,  112, 128,  160,  192,  224,  256,
                                                     320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048});

/* The smallest class that holds `size` bytes (size <= 2048). */
SN_INLINE int sn_class_of(size_t size) {
  if (size <= 128) return (int)((size + 15) >> 4) - 1 + (size == 0);
  int octave = 63 - __builtin_clzll(size - 1); /* 128 < size <= 256 gives 7 */
  int quarter = (int)((size - 1) >> (octave - 2)) & 3;
  return 8 + (octave - 7) * 4 + quarter;
}

/* Runtime functions that the headers themselves call; generated files declare the others they use. */
_Noreturn void snow_panic(sn_cx *, void *message, int64_t length, void *file, int64_t line);
_Noreturn void snow_crash(sn_cx *);
void snow_stack_check(sn_cx *);
bool snow_stack_low(sn_cx *);
void snow_drop_deep(sn_cx *, void *object, void *shape);
void *snow_alloc_slow(sn_cx *, int64_t cls);
void *snow_alloc_large(sn_cx *, int64_t bytes);
void snow_free_large(sn_cx *, void *);
sn_bytes *snow_bytes_new(sn_cx *, int64_t capacity);
void snow_block_release(sn_cx *, void *);
void snow_writer_grow(sn_cx *, void *writer, int64_t more);
void snow_guard_note_count(sn_cx *, void *object);
void snow_guard_note_cell(sn_cx *, void *cell);
bool snow_guard_note_words(sn_cx *, void *object, void *from, int64_t bytes);
void snow_guard_free(sn_cx *, void *object);
void snow_guard_accept(sn_cx *, void *message);
void snow_guard_enter(sn_cx *, void *guard);
void snow_guard_enter_taking(sn_cx *, void *guard);
void snow_guard_leave(sn_cx *, void *guard);

#define SN_PANIC(cx, text, file, line) snow_panic((cx), (void *)(text), (int64_t)sizeof(text) - 1, (void *)(file), (line))

/* One check serves stack overflow and preemption: the runtime raises `limit` to ask for the processor. */
#if defined(__x86_64__)
register uintptr_t sn_stack_pointer __asm__("rsp");
#define SN_STACK_POINTER sn_stack_pointer
#else
#define SN_STACK_POINTER ((uintptr_t)__builtin_frame_address(0))
#endif
#define SN_CHECK(cx)                                                        \
  do {                                                                      \
    if (SN_UNLIKELY(SN_STACK_POINTER <= *(volatile uintptr_t *)&(cx)->limit)) snow_stack_check(cx); \
  } while (0)

/* True when a walk over a value must not go deeper on this stack and the runtime is to take over. With SN_NO_DEEP_STACK
   it always does, which is how the runtime's walks are tested. */
#ifdef SN_NO_DEEP_STACK
#define SN_DEEP(cx) ((void)(cx), true)
#else
#define SN_DEEP(cx) \
  (SN_UNLIKELY(SN_STACK_POINTER <= *(volatile uintptr_t *)&(cx)->limit) && snow_stack_low(cx))
#endif

#if defined(__SANITIZE_ADDRESS__)
void __asan_poison_memory_region(void const volatile *, size_t);
void __asan_unpoison_memory_region(void const volatile *, size_t);
/* A freed cell stays readable only in its link word, so that a stale count or field is caught. */
#define SN_ASAN_FREED(p, n)                                          \
  do {                                                               \
    __asan_poison_memory_region((p), 8);                             \
    if ((n) > 16) __asan_poison_memory_region((uint8_t *)(p) + 16, (n)-16); \
  } while (0)
#define SN_ASAN_TAKEN(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define SN_ASAN_FREED(p, n) ((void)0)
#define SN_ASAN_TAKEN(p, n) ((void)0)
#endif

/* Notes a free cell of before the innermost guard that is about to be used. */
SN_CALLED __attribute__((noinline)) void sn_note_cell(sn_cx *cx, void *cell) {
  sn_note *note = cx->note;
  if (SN_UNLIKELY(note == cx->notes_end)) {
    snow_guard_note_cell(cx, cell);
    return;
  }
  *note = (sn_note){(uintptr_t)cell | SN_NOTE_CELL, *(sn_header *)cell};
  cx->note = note + 1;
}

SN_INLINE void *sn_alloc(sn_cx *cx, int cls) {
  void *p = cx->free[cls];
  if (SN_LIKELY(p != NULL)) {
    cx->free[cls] = ((void **)p)[1];
    SN_ASAN_TAKEN(p, sn_class_size[cls]);
    if (SN_UNLIKELY(((sn_header *)p)->epoch < cx->epoch)) sn_note_cell(cx, p);
    return p;
  }
  size_t n = sn_class_size[cls];
  if (SN_LIKELY((size_t)(cx->bump_end - cx->bump) >= n)) {
    p = cx->bump;
    cx->bump += n;
    SN_ASAN_TAKEN(p, n);
    return p;
  }
  p = snow_alloc_slow(cx, cls);
  SN_ASAN_TAKEN(p, n);
  return p;
}

/* An object of `size` bytes with a count of one. */
SN_INLINE void *sn_new(sn_cx *cx, size_t size, uint16_t tag) {
  if (SN_LIKELY(size <= 2048)) {
    int cls = sn_class_of(size);
    sn_header *p = sn_alloc(cx, cls);
    *p = (sn_header){1, tag, (uint8_t)cls, 0};
    p->epoch = cx->epoch;
    return p;
  }
  sn_header *p = snow_alloc_large(cx, (int64_t)size);
  *p = (sn_header){1, tag, SN_CLASS_LARGE, 0};
  p->epoch = cx->epoch;
  return p;
}

/* True for what stood before the innermost guard: it must be there, as it was, when the code inside crashes. */
SN_INLINE bool sn_is_old(sn_cx *cx, const void *object) { return ((const sn_header *)object)->epoch < cx->epoch; }

/* True when nobody else can see the object, now or after a crash: it may be changed in place. */
SN_INLINE bool sn_unique(sn_cx *cx, const void *object) {
  return ((const sn_header *)object)->rc == 1 && !SN_UNLIKELY(sn_is_old(cx, object));
}

/* What is old is freed when the guard ends. */
SN_INLINE void sn_free(sn_cx *cx, void *object) {
  uint8_t cls = ((sn_header *)object)->cls;
  if (SN_UNLIKELY(sn_is_old(cx, object))) {
    snow_guard_free(cx, object);
    return;
  }
  if (SN_UNLIKELY(cls == SN_CLASS_LARGE)) {
    snow_free_large(cx, object);
    return;
  }
  ((void **)object)[1] = cx->free[cls];
  cx->free[cls] = object;
  SN_ASAN_FREED(object, sn_class_size[cls]);
}

/* ---- counts ----
   A count of 0 is immortal and is never written, so static objects need no synchronisation. An object says in which epoch
   it was made: immortal ones in 0, those of before the innermost guard in one that is less than the context's. The counts
   of these are noted before they change for the first time, so that a crash can take them back; from then on their epoch
   is `noted`. */

/* Notes the count of an object of before the innermost guard. */
SN_CALLED __attribute__((noinline)) void sn_note_count(sn_cx *cx, sn_header *h) {
  sn_note *note = cx->note;
  if (SN_UNLIKELY(note == cx->notes_end)) {
    snow_guard_note_count(cx, h);
    return;
  }
  *note = (sn_note){(uintptr_t)h, *h};
  cx->note = note + 1;
  h->epoch = cx->noted;
}

SN_INLINE void sn_dup(sn_cx *cx, void *object) {
  sn_header *h = object;
  if (SN_UNLIKELY(h->epoch < cx->noted)) {
    if (h->rc == 0) return;
    sn_note_count(cx, h);
  }
  h->rc += 1;
}

/* True when the last owner went and the caller must free the object and what it holds. An object of before a guard is such
   a one only when the guard has taken it over: else whoever called the guard holds it. */
SN_INLINE bool sn_last(sn_cx *cx, void *object) {
  sn_header *h = object;
  if (h->rc == 1) {
#if defined(__SANITIZE_ADDRESS__)
    if (h->epoch < cx->epoch && (cx->guard->state[8] >> 48 & (SN_GUARD_FOR_GOOD | SN_GUARD_TAKES)) == 0) __builtin_trap();
#endif
    return true;
  }
  if (SN_UNLIKELY(h->epoch < cx->noted)) {
    if (h->rc == 0) return false;
    sn_note_count(cx, h);
  }
  h->rc -= 1;
  return false;
}

/* What is passed for a parameter that the callee does not look at: an immortal object without content. */
SN_OBJECT(sn_header sn_undef, {0, 0, 0, 0});

/* ---- guards: a crash inside returns here instead of ending the actor ---- */

/* Called by the runtime when an actor panics: to the innermost guard, or to the actor's end. */
_Noreturn SN_CALLED void sn_raise_to_guard(sn_cx *cx) {
  sn_guard *g = cx->guard;
  cx->guard = g->outer;
  __builtin_longjmp(g->jump, 1);
}

/* ---- closures ---- */
SN_INLINE void sn_drop_closure(sn_cx *cx, sn_closure *c) {
  if (sn_last(cx, c)) c->info->drop(cx, c);
}

#endif

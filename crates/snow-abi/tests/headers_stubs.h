/* A runtime small enough to count everything: two actors' heaps, blocks, writers, and panics that come back.
   Each cell is its own allocation, so that the address sanitizer sees the edges of every object. */
#ifndef HEADERS_STUBS_H
#define HEADERS_STUBS_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "snow_bits.h"
#include "snow_pack.h"
#include "snow_list.h"
#include "snow_abi.h"

#define OUTSIDE {.epoch = 2, .last_epoch = 2, .noted = 1}
static sn_cx actors[2] = {OUTSIDE, OUTSIDE}; /* [0] runs the tests, [1] receives messages */
#define CX (&actors[0])

static int64_t cells[2][SN_CLASSES], large_objects, blocks, failures, checks;

static void report(const char *what, int line) {
  fprintf(stderr, "headers.c:%d: %s\n", line, what);
  failures++;
}
#define CHECK(condition) (checks++, (condition) ? (void)0 : report(#condition, __LINE__))
#define CHECK_INT(actual, expected)                                                                \
  do {                                                                                             \
    int64_t got_ = (actual), want_ = (expected);                                                   \
    CHECK(got_ == want_);                                                                          \
    if (got_ != want_) fprintf(stderr, "  got %lld, want %lld\n", (long long)got_, (long long)want_); \
  } while (0)

/* ---- panics ---- */
#ifndef __clang__
/* Between setjmp and longjmp only a headers' function runs; it cannot see the test's variables. */
#pragma GCC diagnostic ignored "-Wclobbered"
#endif
static jmp_buf back;
static char panic_text[200];
static int64_t panic_line;

/* The tests run on one deep stack and never ask it to give way. */
void snow_stack_check(sn_cx *cx) { (void)cx; }
bool snow_stack_low(sn_cx *cx) { return (void)cx, false; }
void snow_drop_deep(sn_cx *cx, void *object, void *shape) { (void)cx, (void)object, (void)shape; }

_Noreturn void snow_panic(sn_cx *cx, void *message, int64_t length, void *file, int64_t line) {
  (void)cx, (void)file;
  memcpy(panic_text, message, (size_t)length);
  panic_text[length] = 0;
  panic_line = line;
  longjmp(back, 1);
}

/* True when the expression ends in exactly that panic. */
#define PANICS(expression, text)                                                                          \
  do {                                                                                                    \
    panic_text[0] = 0;                                                                                    \
    if (setjmp(back) == 0) (void)(expression);                                                            \
    CHECK(strcmp(panic_text, text) == 0);                                                                 \
    CHECK_INT(panic_line, 7);                                                                             \
    if (strcmp(panic_text, text) != 0) fprintf(stderr, "  got \"%s\"\n", panic_text);                     \
  } while (0)
#define AT "a.snow", 7

/* ---- heap ---- */
void *snow_alloc_slow(sn_cx *cx, int64_t cls) {
  cells[cx - actors][cls]++;
  return malloc(sn_class_size[cls]);
}
void *snow_alloc_large(sn_cx *cx, int64_t bytes) {
  if (bytes > INT64_C(1) << 40) SN_PANIC(cx, "out of memory", "a.snow", 7);
  large_objects++;
  return malloc((size_t)bytes);
}
void snow_free_large(sn_cx *cx, void *object) {
  (void)cx;
  large_objects--;
  free(object);
}
/* Objects of an actor that have not been given back. */
static int64_t live(sn_cx *cx) {
  int64_t count = large_objects;
  for (int cls = 0; cls < SN_CLASSES; cls++) {
    count += cells[cx - actors][cls];
    for (void **cell = cx->free[cls]; cell != NULL; cell = cell[1]) count--;
  }
  return count;
}

/* ---- guards ---- */
static int64_t noted_counts, noted_cells;
void snow_guard_note_count(sn_cx *cx, void *object) {
  noted_counts++;
  ((sn_header *)object)->epoch = cx->noted;
}
void snow_guard_note_cell(sn_cx *cx, void *cell) {
  (void)cx, (void)cell;
  noted_cells++;
}
static int64_t noted_words;
bool snow_guard_note_words(sn_cx *cx, void *object, void *from, int64_t bytes) {
  (void)cx, (void)object, (void)from;
  noted_words += bytes / 8;
  return true;
}
static void *freed_later;
void snow_guard_free(sn_cx *cx, void *object) {
  (void)cx;
  freed_later = object;
}

/* ---- blocks ---- */
static sn_block_ref *refer(sn_cx *cx, sn_block *block) {
  sn_block_ref *reference = sn_new(cx, sizeof *reference, SN_TAG_BLOCK_REF);
  reference->block = block;
  return reference;
}
static void release(sn_block *block) {
  if (--block->rc > 0) return;
  blocks--;
  free(block);
}
sn_bytes *snow_bytes_new(sn_cx *cx, int64_t capacity) {
  if (capacity > INT64_C(1) << 40) SN_PANIC(cx, "out of memory", "a.snow", 7);
  sn_block *block = malloc(sizeof *block + (size_t)capacity);
  *block = (sn_block){1, capacity};
  blocks++;
  sn_bytes *b = sn_new(cx, sizeof *b, SN_TAG_BYTES);
  b->len = 0;
  b->data = block->data;
  b->owner = &refer(cx, block)->h;
  return b;
}
void snow_block_release(sn_cx *cx, void *reference) {
  release(((sn_block_ref *)reference)->block);
  sn_free(cx, reference);
}
void *snow_adopt_block(sn_cx *cx, void *block) {
  ((sn_block *)block)->rc++;
  return refer(cx, block);
}

/* ---- writers ---- */
static sn_block *envelope[8];
static int envelope_blocks;

void snow_writer_grow(sn_cx *cx, void *writer, int64_t more) {
  (void)cx;
  sn_writer *w = writer;
  size_t used = (size_t)(w->at - w->base), room = used + (size_t)more; /* no slack: every write grows */
  w->base = realloc(w->base, room);
  w->at = w->base + used;
  w->end = w->base + room;
}
void snow_writer_block(sn_cx *cx, void *writer, void *block) {
  (void)cx, (void)writer;
  ((sn_block *)block)->rc++;
  envelope[envelope_blocks++] = block;
}
static void free_envelope(sn_writer *w) {
  while (envelope_blocks > 0) release(envelope[--envelope_blocks]);
  free(w->base);
}

#endif

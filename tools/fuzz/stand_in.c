/* The part of the runtime that pure Snow code needs, made for a fuzzer.
   Every object is an allocation of its own, so that the address sanitizer sees its edges; at the end of an input all of
   them must have been given back. A panic, a stack that grows without bound and a leak are crashes of the fuzzer.
   Text functions know ASCII only and the digest is none: the runtime's own are tested in Rust. */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>

#include "snow.h"
#include "fuzz.h"

sn_cx fuzz_cx;

/* Deep enough for instrumented frames; an actor has less, but smaller ones. */
#define STACK_BYTES (1 << 20)

static const uint8_t *input;
static size_t input_size;

/* Everything allocated for the current input. */
static void **allocations;
static size_t allocation_count, allocation_room;
static int64_t cells[SN_CLASSES], large_objects, blocks;

static void *allocate(size_t size) {
  if (allocation_count == allocation_room) {
    allocation_room = allocation_room == 0 ? 1024 : 2 * allocation_room;
    allocations = realloc(allocations, allocation_room * sizeof *allocations);
  }
  void *object = malloc(size);
  allocations[allocation_count++] = object;
  return object;
}

void fuzz_begin(const uint8_t *data, size_t size) {
  memset(&fuzz_cx, 0, sizeof fuzz_cx);
  fuzz_cx.limit = (uintptr_t)__builtin_frame_address(0) - STACK_BYTES;
  /* Outside of guards: only what is immortal is older. */
  fuzz_cx.epoch = fuzz_cx.last_epoch = 2;
  fuzz_cx.noted = 1;
  memset(cells, 0, sizeof cells);
  large_objects = blocks = 0;
  input = data;
  input_size = size;
}

_Noreturn static void finding(const char *what) {
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

void fuzz_end(void) {
  int64_t live = large_objects;
  for (int cls = 0; cls < SN_CLASSES; cls++) {
    live += cells[cls];
    for (void **cell = fuzz_cx.free[cls]; cell != NULL; cell = cell[1]) live--;
  }
  if (live != 0) finding("objects that nobody gave back");
  if (blocks != 0) finding("blocks that nobody gave back");
  for (size_t at = 0; at < allocation_count; at++) free(allocations[at]);
  allocation_count = 0;
}

/* ---- guards ---- */

void snow_guard_note_count(sn_cx *cx, void *object) {
  (void)cx, (void)object;
  finding("an object of before a guard, where none is");
}

void snow_guard_note_cell(sn_cx *cx, void *cell) {
  (void)cx, (void)cell;
  finding("a cell of before a guard, where none is");
}

bool snow_guard_note_words(sn_cx *cx, void *object, void *from, int64_t bytes) {
  (void)cx, (void)object, (void)from, (void)bytes;
  finding("words of before a guard, where none is");
}

void snow_guard_free(sn_cx *cx, void *object) {
  (void)cx, (void)object;
  finding("an end of an object of before a guard, where none is");
}

/* ---- failure ---- */

void snow_panic(sn_cx *cx, void *message, int64_t length, void *file, int64_t line) {
  (void)cx;
  fprintf(stderr, "panic: %.*s\n  at %s:%lld\n", (int)length, (char *)message, (char *)file, (long long)line);
  abort();
}
void snow_panic_text(sn_cx *cx, sn_bytes *text, void *file, int64_t line) {
  snow_panic(cx, text->data, text->len, file, line);
}
void snow_stack_check(sn_cx *cx) {
  (void)cx;
  finding("stack overflow");
}
/* A walk over a value that finds no stack goes on in the runtime; no value here is that deep. */
bool snow_stack_low(sn_cx *cx) {
  (void)cx;
  finding("a value deeper than the stack");
}
void snow_drop_deep(sn_cx *cx, void *object, void *shape) {
  (void)cx, (void)object, (void)shape;
  finding("a drop in the runtime");
}
void snow_pack_deep(sn_cx *cx, void *writer, void *object, void *shape) {
  (void)cx, (void)writer, (void)object, (void)shape;
  finding("a message is packed");
}
void *snow_unpack_deep_closure(sn_cx *cx, void *reader, void *info) {
  (void)cx, (void)reader, (void)info;
  finding("a message is unpacked");
}
sn_bytes *snow_error_text(sn_cx *cx) {
  (void)cx;
  return &sn_bytes_empty;
}

/* ---- memory ---- */
void *snow_alloc_slow(sn_cx *cx, int64_t cls) {
  (void)cx;
  cells[cls]++;
  return allocate(sn_class_size[cls]);
}
/* Large objects and blocks are freed at once: what comes later would hide a use after that. */
void *snow_alloc_large(sn_cx *cx, int64_t bytes) {
  (void)cx;
  large_objects++;
  return malloc((size_t)bytes);
}
void snow_free_large(sn_cx *cx, void *object) {
  (void)cx;
  large_objects--;
  free(object);
}
sn_bytes *snow_bytes_new(sn_cx *cx, int64_t capacity) {
  sn_block *block = malloc(sizeof *block + (size_t)capacity);
  *block = (sn_block){1, capacity};
  blocks++;
  sn_block_ref *reference = sn_new(cx, sizeof *reference, SN_TAG_BLOCK_REF);
  reference->block = block;
  sn_bytes *bytes = sn_new(cx, sizeof *bytes, SN_TAG_BYTES);
  bytes->len = 0;
  bytes->data = block->data;
  bytes->owner = &reference->h;
  return bytes;
}
void snow_block_release(sn_cx *cx, void *object) {
  sn_block_ref *reference = object;
  if (--reference->block->rc == 0) {
    blocks--;
    free(reference->block);
  }
  sn_free(cx, reference);
}

/* ---- the program's input ---- */
int64_t snow_argument_count(sn_cx *cx) {
  (void)cx;
  return 1;
}
sn_bytes *snow_argument(sn_cx *cx, int64_t index) {
  (void)cx, (void)index;
  return &sn_bytes_empty;
}
sn_bytes *snow_file_read(sn_cx *cx, sn_bytes *path) {
  (void)path;
  cx->error = 0;
  sn_bytes *bytes = snow_bytes_new(cx, (int64_t)input_size);
  memcpy(bytes->data, input, input_size);
  bytes->len = (int64_t)input_size;
  return bytes;
}

/* ---- text ---- */
sn_bytes *snow_to_lower(sn_cx *cx, sn_bytes *text) {
  sn_bytes *lower = sn_bytes_from(cx, text->data, text->len);
  for (int64_t at = 0; at < lower->len; at++)
    if (lower->data[at] >= 'A' && lower->data[at] <= 'Z') lower->data[at] |= 0x20;
  return lower;
}
static bool is_blank(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
sn_bytes *snow_trim(sn_cx *cx, sn_bytes *text) {
  int64_t from = 0, to = text->len;
  while (from < to && is_blank(text->data[from])) from++;
  while (from < to && is_blank(text->data[to - 1])) to--;
  return sn_bytes_from(cx, text->data + from, to - from);
}
int64_t snow_find(sn_cx *cx, sn_bytes *hay, sn_bytes *needle, int64_t from) {
  (void)cx;
  if (from < 0) from = 0;
  if (from > hay->len) return -1;
  const uint8_t *found = memmem(hay->data + from, (size_t)(hay->len - from), needle->data, (size_t)needle->len);
  return found == NULL ? -1 : found - hay->data;
}

/* Quotes alone: nobody reads it back here. */
sn_bytes *snow_append_literal(sn_cx *cx, sn_bytes *to, sn_bytes *value) {
  to = sn_append_text(cx, to, "\"", 1);
  to = sn_append_text(cx, to, (const char *)value->data, value->len);
  return sn_append_text(cx, to, "\"", 1);
}

/* ---- randomness: the same in every run, so that a finding can be made again ---- */
sn_bytes *snow_random_bytes(sn_cx *cx, int64_t count) {
  sn_bytes *bytes = sn_bytes_with_capacity(cx, count);
  for (int64_t at = 0; at < count; at++) bytes = sn_bytes_push(cx, bytes, at * 151 + 43 & 255);
  return bytes;
}

/* ---- digests ---- */
sn_bytes *snow_sha1(sn_cx *cx, sn_bytes *data) {
  uint8_t digest[20] = {0};
  for (int64_t at = 0; at < data->len; at++) digest[at % 20] ^= data->data[at];
  return sn_bytes_from(cx, digest, sizeof digest);
}
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
sn_bytes *snow_base64_encode(sn_cx *cx, sn_bytes *data) {
  sn_bytes *text = sn_bytes_with_capacity(cx, (data->len + 2) / 3 * 4);
  for (int64_t at = 0; at < data->len; at += 3) {
    int64_t left = data->len - at;
    uint32_t group = (uint32_t)data->data[at] << 16;
    if (left > 1) group |= (uint32_t)data->data[at + 1] << 8;
    if (left > 2) group |= data->data[at + 2];
    char four[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63], alphabet[group >> 6 & 63], alphabet[group & 63]};
    if (left < 3) four[3] = '=';
    if (left < 2) four[2] = '=';
    text = sn_append_text(cx, text, four, 4);
  }
  return text;
}
sn_bytes *snow_base64_decode(sn_cx *cx, sn_bytes *text) {
  int64_t length = text->len;
  while (length > 0 && text->len - length < 2 && text->data[length - 1] == '=') length--;
  sn_bytes *data = sn_bytes_with_capacity(cx, length);
  uint32_t group = 0;
  cx->error = text->len % 4 == 0 ? 0 : 4;
  for (int64_t at = 0; at < length && cx->error == 0; at++) {
    const char *digit = text->data[at] == 0 ? NULL : strchr(alphabet, text->data[at]);
    if (digit == NULL) cx->error = 4;
    else group = group << 6 | (uint32_t)(digit - alphabet);
    if (at % 4 > 0) data = sn_bytes_push(cx, data, group >> (6 - at % 4 * 2) & 255);
  }
  return data;
}

/* ---- what pure code may mention but never calls ---- */
void *snow_adopt_block(sn_cx *cx, void *block) {
  (void)cx, (void)block;
  finding("snow_adopt_block was called");
}
void snow_writer_grow(sn_cx *cx, void *writer, int64_t more) {
  (void)cx, (void)writer, (void)more;
  finding("snow_writer_grow was called");
}
void snow_writer_block(sn_cx *cx, void *writer, void *block) {
  (void)cx, (void)writer, (void)block;
  finding("snow_writer_block was called");
}

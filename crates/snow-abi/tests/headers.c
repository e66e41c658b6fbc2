/* Tests of the C headers against the counting runtime of headers_stubs.h. Exits with 1 after naming what failed.
   Every test gives back all it made; `main` checks that nothing is left. */
#include "headers_stubs.h"
#include "headers_values.h"

#define NEW(text) sn_bytes_from(CX, text, (int64_t)sizeof(text) - 1)
#define HAS(b, text) CHECK((b)->len == (int64_t)sizeof(text) - 1 && memcmp((b)->data, text, sizeof(text) - 1) == 0)
#define DROP(b) sn_drop_bytes(CX, (b))

/* ---- numbers ---- */
static void numbers(void) {
  volatile int64_t least = INT64_MIN, minus_one = -1; /* not to be folded: the processor traps on these */
  CHECK_INT(sn_int_div(CX, 7, 2, AT), 3);
  CHECK_INT(sn_int_div(CX, -7, 2, AT), -3);
  CHECK_INT(sn_int_div(CX, least, minus_one, AT), INT64_MIN);
  CHECK_INT(sn_int_rem(CX, -7, 2, AT), -1);
  CHECK_INT(sn_int_rem(CX, least, minus_one, AT), 0);
  PANICS(sn_int_div(CX, 1, 0, AT), "division by zero");
  PANICS(sn_int_rem(CX, 1, 0, AT), "division by zero");

  CHECK_INT(sn_int_band(CX, 12, 10), 8);
  CHECK_INT(sn_int_bor(CX, 12, 10), 14);
  CHECK_INT(sn_int_bxor(CX, 12, 10), 6);
  CHECK_INT(sn_int_bnot(CX, 0), -1);
  const int64_t counts[] = {-1, 0, 1, 63, 64, 65, INT64_MAX, INT64_MIN};
  const int64_t left[] = {0, -2, -4, 0, 0, 0, 0, 0}, right[] = {-1, -2, -1, -1, -1, -1, -1, -1},
                logical[] = {0, -2, INT64_MAX, 1, 0, 0, 0, 0};
  for (int i = 0; i < 8; i++) {
    CHECK_INT(sn_int_shl(CX, -2, counts[i]), left[i]);
    CHECK_INT(sn_int_shr(CX, -2, counts[i]), right[i]);
    CHECK_INT(sn_int_ushr(CX, -2, counts[i]), logical[i]);
    CHECK_INT(sn_int_shr(CX, INT64_MAX, counts[i]), counts[i] == 0 ? INT64_MAX : counts[i] == 1 ? INT64_MAX / 2 : 0);
  }
  CHECK_INT(sn_int_shl(CX, 1, 63), INT64_MIN);
  CHECK_INT(sn_int_popcount(CX, 0), 0);
  CHECK_INT(sn_int_popcount(CX, -1), 64);
  CHECK_INT(sn_int_popcount(CX, 0x8000000000000001), 2);
  CHECK_INT(sn_int_popcount(CX, 0x0123456789abcdef), 32);

  double inf = __builtin_inf(), nan = __builtin_nan(""), half_less = 0.49999999999999994;
  CHECK(sn_int_to_float(CX, -3) == -3.0);
  CHECK_INT(sn_float_to_int(CX, -2.9), -2);
  CHECK_INT(sn_float_to_int(CX, nan), 0);
  CHECK_INT(sn_float_to_int(CX, 9223372036854774784.0), 9223372036854774784);
  CHECK_INT(sn_float_to_int(CX, 9223372036854775808.0), INT64_MAX);
  CHECK_INT(sn_float_to_int(CX, -9223372036854775808.0), INT64_MIN);
  CHECK_INT(sn_float_to_int(CX, -1e300), INT64_MIN);
  const double in[] = {2.5, -2.5, 2.4, -2.4, -0.0, half_less, -half_less, 2251799813685249.5, 3.0, nan, inf, -inf};
  const int64_t floors[] = {2, -3, 2, -3, 0, 0, -1, 2251799813685249, 3, 0, INT64_MAX, INT64_MIN};
  const int64_t ceils[] = {3, -2, 3, -2, 0, 1, 0, 2251799813685250, 3, 0, INT64_MAX, INT64_MIN};
  const int64_t rounds[] = {3, -3, 2, -2, 0, 0, 0, 2251799813685250, 3, 0, INT64_MAX, INT64_MIN};
  for (int i = 0; i < 12; i++) {
    CHECK_INT(sn_float_floor(CX, in[i]), floors[i]);
    CHECK_INT(sn_float_ceil(CX, in[i]), ceils[i]);
    CHECK_INT(sn_float_round(CX, in[i]), rounds[i]);
  }
  CHECK(sn_float_sqrt(CX, 2.25) == 1.5 && sn_float_rem(CX, -7.5, 2.0) == -1.5);

  CHECK_INT(sn_int_compare(CX, INT64_MIN, INT64_MAX), -1);
  CHECK_INT(sn_int_compare(CX, 2, 2), 0);
  CHECK_INT(sn_bool_compare(CX, true, false), 1);
  CHECK_INT(sn_float_compare(CX, 0.0, -0.0), 0);
  CHECK_INT(sn_float_compare(CX, -inf, inf), -1);
  CHECK_INT(sn_float_compare(CX, nan, inf), 1);
  CHECK_INT(sn_float_compare(CX, inf, nan), -1);
  CHECK_INT(sn_float_compare(CX, nan, -nan), 0);

  /* FNV-1a test values: "" and "a" and "foobar". */
  sn_bytes *foobar = NEW("foobar");
  CHECK_INT(sn_hash_bytes(CX, &sn_bytes_empty), (int64_t)0xcbf29ce484222325);
  CHECK_INT(sn_hash_bytes(CX, foobar), (int64_t)0x85944171f73967e8);
  DROP(foobar);
  sn_bytes *words = NEW("\1\0\0\0\0\0\0\0\376\377\377\377\377\377\377\377"), *word = sn_bytes_slice(CX, words, 0, 8);
  CHECK_INT(sn_hash_int(CX, 1), sn_hash_bytes(CX, word));
  CHECK_INT(sn_hash_bool(CX, true), sn_hash_int(CX, 1));
  CHECK_INT(sn_hash_combine(CX, sn_hash_int(CX, 1), -2), sn_hash_bytes(CX, words));
  CHECK_INT(sn_hash_float(CX, -0.0), sn_hash_float(CX, 0.0));
  CHECK_INT(sn_hash_float(CX, 1.0), sn_hash_int(CX, 0x3ff0000000000000));
  CHECK_INT(sn_hash_float(CX, nan), sn_hash_float(CX, -nan));
  DROP(word), DROP(words);
  CX->error = 3;
  CHECK_INT(sn_error_code(CX), 3);
  CHECK_INT(sn_pid_from_int(CX, sn_pid_to_int(CX, 9)), 9);
}

/* ---- bytes ---- */
SN_BYTES_LITERAL(digits100, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789");

static void words(void) {
  sn_bytes *b = NEW("\x01\x02\x03\x84\x05\x06\x07\x88\x09");
  CHECK_INT(sn_bytes_get(CX, b, 3, AT), 0x84);
  CHECK_INT(sn_bytes_get_u16_be(CX, b, 2, AT), 0x0384);
  CHECK_INT(sn_bytes_get_u16_le(CX, b, 2, AT), 0x8403);
  CHECK_INT(sn_bytes_get_u32_be(CX, b, 3, AT), 0x84050607);
  CHECK_INT(sn_bytes_get_u32_le(CX, b, 0, AT), 0x84030201);
  CHECK_INT(sn_bytes_get_u64_be(CX, b, 1, AT), 0x0203840506078809);
  CHECK_INT(sn_bytes_get_u64_le(CX, b, 0, AT), (int64_t)0x8807060584030201);
  PANICS(sn_bytes_get(CX, b, 9, AT), "Bytes.get: index 9 out of bounds (length 9)");
  PANICS(sn_bytes_get(CX, b, -1, AT), "Bytes.get: index -1 out of bounds (length 9)");
  PANICS(sn_bytes_get(CX, b, INT64_MIN, AT), "Bytes.get: index -9223372036854775808 out of bounds (length 9)");
  PANICS(sn_bytes_get_u16_be(CX, b, 8, AT), "Bytes.get_u16: index 8 out of bounds (length 9)");
  PANICS(sn_bytes_get_u32_le(CX, b, 6, AT), "Bytes.get_u32_le: index 6 out of bounds (length 9)");
  PANICS(sn_bytes_get_u64_be(CX, b, 2, AT), "Bytes.get_u64: index 2 out of bounds (length 9)");
  PANICS(sn_bytes_get_u64_le(CX, b, -1, AT), "Bytes.get_u64_le: index -1 out of bounds (length 9)");
  PANICS(sn_bytes_get_u64_le(CX, b, INT64_MAX, AT),
         "Bytes.get_u64_le: index 9223372036854775807 out of bounds (length 9)");
  PANICS(sn_bytes_get_u64_le(CX, &sn_bytes_empty, 0, AT), "Bytes.get_u64_le: index 0 out of bounds (length 0)");
  PANICS(sn_bytes_set(CX, b, 9, 0, AT), "Bytes.set: index 9 out of bounds (length 9)");
  PANICS(sn_bytes_set_u64_be(CX, b, 2, 0, AT), "Bytes.set_u64: index 2 out of bounds (length 9)");

  sn_bytes *same = b;
  CHECK((b = sn_bytes_set(CX, b, 8, 0x1ff, AT)) == same && b->data[8] == 0xff);
  CHECK((b = sn_bytes_set_u16_be(CX, b, 0, 0x1aabb, AT)) == same);
  HAS(b, "\xaa\xbb\x03\x84\x05\x06\x07\x88\xff");
  b = sn_bytes_set_u16_le(CX, b, 7, 0xccdd, AT);
  b = sn_bytes_set_u32_be(CX, b, 1, 0x01020304, AT);
  HAS(b, "\xaa\x01\x02\x03\x04\x06\x07\xdd\xcc");
  b = sn_bytes_set_u32_le(CX, b, 5, 0x01020304, AT);
  HAS(b, "\xaa\x01\x02\x03\x04\x04\x03\x02\x01");
  b = sn_bytes_set_u64_be(CX, b, 1, 0x6162636465666768, AT);
  HAS(b, "\xaa"
         "abcdefgh");
  b = sn_bytes_set_u64_le(CX, b, 0, 0x6162636465666768, AT);
  HAS(b, "hgfedcbah");
  DROP(b);
}

/* Every width of the bit syntax, as a constant and not. */
static void bits(void) {
  for (volatile int64_t width = 0; width <= 8; width++) {
    int64_t count = width, value = 0x8182838485868788, low = count == 8 ? value : value & ((INT64_C(1) << 8 * count) - 1);
    sn_bytes *b = sn_bytes_put_be(CX, NEW("x"), value, count, AT);
    b = sn_bytes_put_le(CX, b, value, count, AT);
    CHECK_INT(b->len, 1 + 2 * count);
    CHECK_INT(sn_bytes_load_be(CX, b, 1, count), low);
    CHECK_INT(sn_bytes_load_le(CX, b, 1 + count, count), low);
    for (int64_t i = 0; i < count; i++) CHECK(b->data[1 + i] == b->data[2 * count - i]);
    CHECK(sn_bytes_exact(CX, b, 1 + 2 * count, AT) == b && b->h.rc == 2);
    DROP(b), DROP(b);
  }
  sn_bytes *b = NEW("\x81\x82\x83\x84\x85\x86\x87\x88");
  CHECK_INT(sn_bytes_load_be(CX, b, 1, 1), 0x82);
  CHECK_INT(sn_bytes_load_be(CX, b, 1, 2), 0x8283);
  CHECK_INT(sn_bytes_load_be(CX, b, 1, 4), 0x82838485);
  CHECK_INT(sn_bytes_load_be(CX, b, 0, 8), (int64_t)0x8182838485868788);
  CHECK_INT(sn_bytes_load_le(CX, b, 0, 8), (int64_t)0x8887868584838281);
  PANICS(sn_bytes_put_be(CX, b, 0, 9, AT), "bit syntax: the size of an integer must be 0 to 64 bits, in whole bytes");
  PANICS(sn_bytes_exact(CX, b, 7, AT), "bit syntax: the bytes do not have the length that the segment says");
  DROP(b);
}

/* Who may write in place. */
static void sharing(void) {
  sn_bytes *a = NEW("abc"), *b;
  sn_dup(CX, a);
  b = sn_bytes_set(CX, a, 0, 'x', AT); /* shared: copies */
  CHECK(b != a && a->h.rc == 1);
  HAS(a, "abc");
  HAS(b, "xbc");
  DROP(a), DROP(b);

  b = sn_bytes_set(CX, &digits100, 0, 'x', AT); /* static: copies */
  CHECK(b != &digits100 && digits100.data[0] == '0' && b->data[0] == 'x' && digits100.h.rc == 0);
  DROP(b);

  sn_bytes *root = sn_bytes_repeat(CX, 'r', 200), *slice = sn_bytes_slice(CX, root, 10, 190);
  CHECK(slice->owner == &root->h && root->h.rc == 2 && slice->data == root->data + 10);
  CHECK(!sn_bytes_writable(CX, slice) && !sn_bytes_writable(CX, root));
  sn_bytes *inner = sn_bytes_slice(CX, slice, 10, 170);
  CHECK(inner->owner == &root->h && root->h.rc == 3); /* the root, not a chain */
  DROP(slice), DROP(root);
  CHECK(root->h.rc == 1 && sn_bytes_writable(CX, inner));
  sn_bytes *same = inner;
  CHECK((inner = sn_bytes_set(CX, inner, 0, 's', AT)) == same && root->data[20] == 's');
  CHECK((inner = sn_bytes_push(CX, inner, 't')) == same && root->data[180] == 't'); /* room in the root */
  DROP(inner);

  sn_bytes *big = sn_bytes_repeat(CX, 'b', SN_INLINE_MAX + 1);
  sn_block *block = ((sn_block_ref *)big->owner)->block;
  CHECK_INT(blocks, 1);
  same = big;
  CHECK((big = sn_bytes_set(CX, big, 0, 'x', AT)) == same);
  block->rc = 2; /* another actor has it */
  big = sn_bytes_set(CX, big, 0, 'y', AT);
  CHECK(big != same && block->data[0] == 'x' && big->data[0] == 'y' && block->rc == 1);
  release(block);
  slice = sn_bytes_slice(CX, big, 1, 1000);
  CHECK(slice->owner == big->owner && big->owner->rc == 2 && !sn_bytes_writable(CX, big) && !sn_bytes_writable(CX, slice));
  DROP(big);
  CHECK(sn_bytes_writable(CX, slice));
  DROP(slice);
  CHECK_INT(blocks, 0);

  slice = sn_bytes_slice(CX, &digits100, 10, 90);
  CHECK(slice->data == digits100.data + 10 && !sn_bytes_writable(CX, slice));
  b = sn_bytes_own(CX, slice);
  CHECK(b != slice && b->len == 80 && b->owner == NULL && digits100.h.rc == 0);
  DROP(b);
}

static void slices(void) {
  sn_bytes *b = sn_bytes_repeat(CX, 'a', 300);
  const int64_t cuts[][3] = {{-5, 3, 3}, {0, 64, 64}, {0, 65, 65}, {299, 400, 1}, {300, 301, 0}, {5, 5, 0}, {9, 3, 0},
                             {INT64_MIN, INT64_MAX, 300}, {-3, -1, 0}};
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
    sn_bytes *s = sn_bytes_slice(CX, b, cuts[i][0], cuts[i][1]);
    CHECK_INT(s->len, cuts[i][2]);
    CHECK(s->len == 0 ? s == &sn_bytes_empty : s->len == 300 ? s == b : (s->owner != NULL) == (s->len > 64));
    DROP(s);
  }
  CHECK_INT(b->h.rc, 1);
  DROP(b);
}

static void growing(void) {
  for (int64_t n = 0; n <= SN_INLINE_MAX; n++) { /* the table of rooms against the classes */
    sn_bytes *fresh = sn_bytes_with_capacity(CX, n);
    int64_t room = sn_class_size[fresh->h.cls] - (int64_t)sizeof(sn_bytes);
    CHECK_INT(sn_inline_room(fresh), room < SN_INLINE_MAX ? room : SN_INLINE_MAX);
    CHECK(sn_inline_room(fresh) >= n);
    DROP(fresh);
  }
  sn_bytes *b = sn_bytes_with_capacity(CX, -1);
  CHECK_INT(b->len, 0);
  int moves = 0;
  for (int i = 0; i < 100000; i++) {
    sn_bytes *before = b;
    b = sn_bytes_push(CX, b, i);
    moves += b != before;
    CHECK(b->len == i + 1 && b->data[i] == (uint8_t)i && (b->len <= SN_INLINE_MAX) == (b->owner == NULL));
  }
  CHECK(moves < 20);
  for (int i = 0; i < 100000; i++) CHECK(b->data[i] == (uint8_t)i);
  sn_bytes *tail = sn_bytes_slice(CX, b, 99000, 100000); /* unique after this: reuses the front of its block */
  DROP(b);
  uint8_t *start = ((sn_block_ref *)tail->owner)->block->data;
  sn_bytes *same = tail, *more = sn_bytes_repeat(CX, 'm', 60000);
  tail = sn_bytes_append(CX, tail, more);
  CHECK(tail == same && tail->data == start && tail->data[0] == (uint8_t)99000 && tail->data[1000] == 'm');
  DROP(more), DROP(tail);
  CHECK_INT(blocks, 0);

  b = sn_bytes_repeat(CX, 'e', SN_INLINE_MAX - 1);
  CHECK((b = sn_bytes_push(CX, b, '1'))->owner == NULL);
  b = sn_bytes_push(CX, b, '2');
  CHECK(b->owner != NULL && b->len == SN_INLINE_MAX + 1 && b->data[SN_INLINE_MAX] == '2');
  sn_dup(CX, b);
  sn_bytes *twice = sn_bytes_append(CX, b, b); /* itself, as a shared value */
  CHECK(twice != b && b->h.rc == 1 && twice->len == 2 * b->len && twice->data[2 * b->len - 1] == '2');
  CHECK_INT(blocks, 2);
  CHECK(sn_bytes_append(CX, twice, &sn_bytes_empty) == twice);
  DROP(b), DROP(twice);
  CHECK_INT(blocks, 0);
}

static void comparing(void) {
  sn_bytes *a = NEW("ab"), *b = NEW("abc"), *c = NEW("b\xff"), *d = NEW("ab");
  CHECK_INT(sn_bytes_compare(CX, a, b), -1);
  CHECK_INT(sn_bytes_compare(CX, c, b), 1);
  CHECK_INT(sn_bytes_compare(CX, a, d), 0);
  CHECK_INT(sn_bytes_compare(CX, &sn_bytes_empty, a), -1);
  sn_bytes *items[] = {a, b, c};
  sn_list sorted = {.len = 3, .cap = 3, .data = (uint8_t *)items}, none = {.len = 0};
  CHECK_INT(sn_bytes_find(CX, d, &sorted), 0);
  CHECK_INT(sn_bytes_find(CX, b, &sorted), 1);
  CHECK_INT(sn_bytes_find(CX, c, &sorted), 2);
  CHECK_INT(sn_bytes_find(CX, &sn_bytes_empty, &sorted), -1);
  CHECK_INT(sn_bytes_find(CX, a, &none), -1);
  CHECK(sn_bytes_equal(CX, a, d) && !sn_bytes_equal(CX, a, b) && !sn_bytes_equal(CX, b, c));
  CHECK_INT(sn_bytes_length(CX, b), 3);
  DROP(a), DROP(b), DROP(c), DROP(d);
  PANICS(sn_bytes_with_capacity(CX, INT64_MAX), "out of memory");
}

/* ---- strings ---- */
static bool utf8_by_the_book(const uint8_t *p, int64_t n) {
  while (n > 0) {
    int more = *p < 0x80 ? 0 : (*p & 0xe0) == 0xc0 ? 1 : (*p & 0xf0) == 0xe0 ? 2 : (*p & 0xf8) == 0xf0 ? 3 : -1;
    if (more < 0 || more >= n) return false;
    const uint32_t least[] = {0, 0x80, 0x800, 0x10000}, mask[] = {0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = *p & mask[more];
    for (int i = 1; i <= more; i++) {
      if ((p[i] & 0xc0) != 0x80) return false;
      code = code << 6 | (p[i] & 0x3f);
    }
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    p += more + 1;
    n -= more + 1;
  }
  return true;
}

static void utf8(void) {
  static const struct { const char *text; bool valid; } table[] = {
      {"", true}, {"plain ascii, longer than eight bytes", true}, {"\x7f", true}, {"\x80", false}, {"\xbf", false},
      {"\xc0\x80", false}, {"\xc1\xbf", false}, {"\xc2\x80", true}, {"\xdf\xbf", true}, {"\xc2", false},
      {"\xc2\x41", false}, {"\xe0\x80\x80", false}, {"\xe0\x9f\xbf", false}, {"\xe0\xa0\x80", true},
      {"\xed\x9f\xbf", true}, {"\xed\xa0\x80", false}, {"\xed\xbf\xbf", false}, {"\xee\x80\x80", true},
      {"\xef\xbf\xbf", true}, {"\xe4\xbd", false}, {"\xe4", false}, {"\xe4\xbd\xa0\xe5\xa5\xbd", true},
      {"\xf0\x80\x80\x80", false}, {"\xf0\x8f\xbf\xbf", false}, {"\xf0\x90\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true}, {"\xf4\x90\x80\x80", false}, {"\xf5\x80\x80\x80", false}, {"\xff", false},
      {"\xf8\x88\x80\x80\x80", false}, {"\xf0\x9f\x98", false}, {"\xf0\x9f", false}, {"\xf0", false},
      {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80" "edited", false}, {"\xfe\xfe\xff\xff", false},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    size_t n = strlen(table[i].text);
    for (size_t before = 0; before < 40; before++) { /* exact allocations: a read past the end is seen */
      uint8_t *copy = malloc(before + n + 1);
      memset(copy, 'a', before);
      memcpy(copy + before, table[i].text, n);
      CHECK(sn_utf8_valid(copy, copy + before + n) == table[i].valid);
      CHECK(utf8_by_the_book(copy, (int64_t)(before + n)) == table[i].valid);
      free(copy);
    }
  }
  static const uint8_t edges[] = {0, 'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xe0, 0xff};
  uint8_t text[24];
  uint32_t differences = 0;
  for (int head = 0; head < 0x10000; head++) {
    for (int third = 0; third < 12; third++) {
      for (int fourth = 0; fourth < 12; fourth++) {
        const uint8_t bytes[] = {(uint8_t)(head >> 8), (uint8_t)head, edges[third], edges[fourth]};
        int before = (head + third) % 13, length = before + 4 + fourth % 5;
        memset(text, 'z', sizeof text);
        memcpy(text + before, bytes, 4);
        differences += sn_utf8_valid(text, text + length) != utf8_by_the_book(text, length);
      }
    }
  }
  CHECK_INT(differences, 0);
}

static void strings(void) {
  sn_bytes *s = NEW("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"); /* 1, 2, 3, 4 and 1 bytes */
  CHECK_INT(sn_string_length(CX, s), 5);
  CHECK_INT(sn_string_byte_length(CX, s), 11);
  CHECK(sn_bytes_is_utf8(CX, s) && sn_bytes_as_string(CX, s) == s && sn_string_as_bytes(CX, s) == s);
  static const int offsets[] = {0, 1, 3, 6, 10, 11};
  for (int from = -1; from <= 6; from++) {
    for (int to = -1; to <= 7; to++) {
      int first = from < 0 ? 0 : from > 5 ? 5 : from, last = to < first ? first : to > 5 ? 5 : to;
      sn_bytes *part = sn_string_slice(CX, s, from, to);
      CHECK_INT(part->len, offsets[last] - offsets[first]);
      CHECK(memcmp(part->data, s->data + offsets[first], (size_t)part->len) == 0);
      DROP(part);
    }
  }
  for (int from = 0; from < 100; from++) { /* the densest text: eight code points a word */
    sn_bytes *part = sn_string_slice(CX, &digits100, from, from + 9);
    CHECK(part->len == (from < 92 ? 9 : 100 - from) && part->data[0] == '0' + from % 10);
    DROP(part);
  }
  sn_bytes *many = sn_bytes_with_capacity(CX, 0);
  for (int i = 0; i < 1000; i++) {
    CHECK_INT(sn_string_length(CX, many), 5 * i);
    many = sn_string_append(CX, many, s);
  }
  for (int from = 0; from < 5000; from += 7) { /* the word steps against the known period of 5 */
    sn_bytes *part = sn_string_slice(CX, many, from, from + 100);
    CHECK_INT(sn_string_length(CX, part), from + 100 > 5000 ? 5000 - from : 100);
    CHECK(part->data[0] == s->data[offsets[from % 5]]);
    DROP(part);
  }
  sn_bytes *rest = sn_string_slice(CX, many, 1, INT64_MAX);
  CHECK_INT(rest->len, 10999);
  DROP(rest), DROP(many);

  sn_bytes *out = sn_bytes_with_capacity(CX, 0);
  static const int64_t numbers[] = {0, 7, 10, -42, 100, 12345, INT64_MAX, INT64_MIN};
  for (int i = 0; i < 8; i++) out = sn_append_text(CX, sn_append_int(CX, out, numbers[i]), " ", 1);
  out = sn_append_bool(CX, sn_append_bool(CX, out, true), false);
  HAS(out, "0 7 10 -42 100 12345 9223372036854775807 -9223372036854775808 truefalse");
  DROP(out);
  out = sn_append_string(CX, NEW("q="), s);
  HAS(out, "q=a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
  DROP(out), DROP(s);
  static const int64_t codes[] = {0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x110000, -1};
  out = sn_bytes_with_capacity(CX, 0);
  for (int i = 0; i < 13; i++) out = sn_append_char(CX, out, codes[i]);
  HAS(out, "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbd\xef\xbf\xbd\xee\x80\x80\xef\xbf\xbf"
           "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xef\xbf\xbd\xef\xbf\xbd");
  DROP(out);
}

/* What a guard has to note: each old object that is counted and each old cell that is used, once. */
static void guards(void) {
  SN_BYTES_LITERAL(text, "text");
  sn_bytes *old = sn_bytes_repeat(CX, 'a', 100), *freed = sn_bytes_repeat(CX, 'b', 100);
  sn_drop_bytes(CX, freed);
  CX->epoch = 4, CX->noted = 3;
  CHECK(old->h.epoch == 2 && sn_is_old(CX, old));
  sn_dup(CX, old);
  sn_dup(CX, old);
  CHECK(noted_counts == 1 && old->h.rc == 3 && old->h.epoch == 3);
  sn_drop_bytes(CX, old);
  CHECK(noted_counts == 1 && old->h.rc == 2);
  sn_dup(CX, &text);
  sn_drop_bytes(CX, &text);
  CHECK(noted_counts == 1 && text.h.rc == 0 && text.h.epoch == 0);
  sn_bytes *inside = sn_bytes_repeat(CX, 'c', 100);
  CHECK(inside == freed && noted_cells == 1 && inside->h.epoch == 4 && !sn_is_old(CX, inside));
  sn_drop_bytes(CX, inside);
  inside = sn_bytes_repeat(CX, 'd', 100);
  CHECK(inside == freed && noted_cells == 1);
  sn_drop_bytes(CX, inside);
  CX->epoch = 2, CX->noted = 1;
  sn_drop_bytes(CX, old);
  sn_drop_bytes(CX, old);
  CHECK_INT(noted_counts, 1);
}

/* What a guard took over and has one owner: words are noted before a list changes in place, all else is a copy. */
static void taken_over(void) {
  sn_list *numbers = ints_with_capacity(CX, 4), *few = ints_with_capacity(CX, 1);
  for (int i = 0; i < 3; i++) numbers = ints_append(CX, numbers, i);
  few = ints_append(CX, few, 7);
  int64_t room = few->cap;
  while (few->len < room) few = ints_append(CX, few, 7);
  sn_bytes *text = sn_bytes_repeat(CX, 'a', 90);
  static sn_guard guard;
  guard.state[8] = (uint64_t)SN_GUARD_TAKES << 48;
  CX->guard = &guard, CX->epoch = 4, CX->noted = 3;
  noted_words = 0;
  CHECK(ints_set(CX, numbers, 1, 9, AT) == numbers && noted_words == 1);
  CHECK(ints_append(CX, numbers, 5) == numbers && noted_words == 2 && numbers->len == 4);
  sn_list *wide = ints_append(CX, few, 8);
  CHECK(wide != few && freed_later == few && wide->len == room + 1 && wide->h.epoch == 4 && noted_words == 2);
  sn_list *tail = ints_tail(CX, numbers, AT);
  CHECK(tail != numbers && tail->owner == numbers && numbers->h.rc == 1 && tail->len == 3);
  sn_bytes *longer = sn_append_text(CX, text, "b", 1);
  CHECK(longer == text && noted_words == 3);
  sn_bytes *changed = sn_bytes_set(CX, text, 0, 'c', AT);
  CHECK(changed != text && freed_later == text && text->data[0] == 'a' && changed->len == 91);
  sn_drop_bytes(CX, changed);
  ints_drop(CX, wide);
  ints_drop(CX, tail);
  CHECK(freed_later == numbers);
  CX->guard = NULL, CX->epoch = 2, CX->noted = 1;
  sn_free(CX, text), sn_free(CX, few), sn_free(CX, numbers);
}

int main(void) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
      {"numbers", numbers},         {"words", words},                 {"bits", bits},       {"sharing", sharing},
      {"slices", slices},           {"growing", growing},             {"utf8", utf8},       {"strings", strings},
      {"plain_lists", plain_lists}, {"counted_lists", counted_lists}, {"packing", packing}, {"comparing", comparing},
      {"guards", guards},           {"taken_over", taken_over},
  };
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
    int64_t before = failures;
    tests[i].run();
    CHECK_INT(live(CX), 0);
    CHECK_INT(blocks, 0);
    if (failures != before) fprintf(stderr, "test %s failed\n", tests[i].name);
  }
  printf("%lld checks, %lld failures\n", (long long)checks, (long long)failures);
  return failures != 0;
}

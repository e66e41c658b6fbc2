// What tree-sitter's own lexer cannot tell: ends of lines that separate, comments in comments, and
// text in strings, which begins and ends with blanks that count. It keeps no state.

#include "tree_sitter/parser.h"

enum token { NEWLINE, BLOCK_COMMENT, TEXT, LONG_TEXT, ERROR };

void *tree_sitter_snow_external_scanner_create(void) { return NULL; }
void tree_sitter_snow_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_snow_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_snow_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool ends_line(int32_t c) { return c == '\n' || c == '\r'; }
static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == 0xFEFF; }
static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

// Up to the quotes that close the string, a backslash or `${`. Nothing is no token.
static bool scan_text(TSLexer *lexer, bool is_long) {
  bool found = false;
  for (;;) {
    lexer->mark_end(lexer);
    if (lexer->eof(lexer) || lexer->lookahead == '\\') return found;
    if (lexer->lookahead == '$') {
      advance(lexer);
      if (lexer->lookahead == '{') return found;
    } else if (lexer->lookahead == '"') {
      if (!is_long) return found;
      advance(lexer);
      if (lexer->lookahead == '"') {
        advance(lexer);
        if (lexer->lookahead == '"') return found;
      }
    } else {
      advance(lexer);
    }
    found = true;
  }
}

// Behind `#=`: up to the `=#` that closes it. False when there is none.
static bool scan_block_comment(TSLexer *lexer) {
  for (unsigned depth = 1; depth > 0;) {
    if (lexer->eof(lexer)) return false;
    int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '#' && lexer->lookahead == '=') {
      advance(lexer);
      depth++;
    } else if (c == '=' && lexer->lookahead == '#') {
      advance(lexer);
      depth--;
    }
  }
  return true;
}

// Behind the end of a line, which has been marked: a separator, unless the next line that is more
// than a comment begins with `|>` and so goes on with this one. The scanner cannot go back to a
// block comment that it has read, so one in front of a bar is the token, with the blanks around it.
static bool scan_newline(TSLexer *lexer) {
  bool begins_with_block = false;
  for (bool is_first = true;; is_first = false) {
    while (is_blank(lexer->lookahead) || ends_line(lexer->lookahead)) advance(lexer);
    if (lexer->lookahead != '#') break;
    advance(lexer);
    if (lexer->lookahead == '=') {
      advance(lexer);
      if (!scan_block_comment(lexer)) break;
      begins_with_block |= is_first;
    } else {
      while (!lexer->eof(lexer) && !ends_line(lexer->lookahead)) advance(lexer);
    }
  }
  lexer->result_symbol = NEWLINE;
  if (lexer->lookahead != '|') return true;
  if (begins_with_block) {
    lexer->mark_end(lexer);
    lexer->result_symbol = BLOCK_COMMENT;
    return true;
  }
  advance(lexer);
  return lexer->lookahead != '>';
}

bool tree_sitter_snow_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  // All tokens are expected when the parser looks for a way on behind an error.
  bool recovers = valid[ERROR];
  if (!recovers && (valid[TEXT] || valid[LONG_TEXT])) {
    lexer->result_symbol = valid[TEXT] ? TEXT : LONG_TEXT;
    return scan_text(lexer, valid[LONG_TEXT]);
  }
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (valid[NEWLINE] && ends_line(lexer->lookahead)) {
    bool is_return = lexer->lookahead == '\r';
    advance(lexer);
    if (is_return && lexer->lookahead == '\n') advance(lexer);
    lexer->mark_end(lexer);
    return scan_newline(lexer);
  }
  while (ends_line(lexer->lookahead) || is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (valid[BLOCK_COMMENT] && lexer->lookahead == '#') {
    advance(lexer);
    if (lexer->lookahead != '=') return false;
    advance(lexer);
    if (!scan_block_comment(lexer)) return false;
    lexer->mark_end(lexer);
    lexer->result_symbol = BLOCK_COMMENT;
    return true;
  }
  return false;
}

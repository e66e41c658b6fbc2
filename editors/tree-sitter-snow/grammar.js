/**
 * @file Snow for tree-sitter.
 *
 * A line's end is a token (`_newline`, of `src/scanner.c`) wherever a separator may stand, and
 * blank space everywhere else: inside of brackets and behind an operator a form goes on by itself.
 * What a `do` behind a call belongs to is decided by precedence: in the head of `if`, `case` or
 * `for` the call ends before it, elsewhere the `do` begins a closure.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

import declarations from "./grammar/declarations.js";
import { commaSep, lines, loose } from "./grammar/lists.js";

// How tightly operators bind: the levels of `ast/operator.rs`, loosest first.
const OPERATORS = [
  ["|>"],
  ["or", "||"],
  ["and", "&&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  [".."],
  ["<>", "++"],
  ["+", "-"],
  ["*", "/", "%"],
];

const PREC = {
  // `return`, `assert`: as much as follows belongs to them.
  jump: 0,
  operator: 1,
  unary: OPERATORS.length + 1,
  // Below `call`, so that the head of a form ends in front of its `do`.
  closureCall: OPERATORS.length + 2,
  call: OPERATORS.length + 3,
};

export default grammar({
  name: "snow",

  word: ($) => $.identifier,

  externals: ($) => [$._newline, $.block_comment, $.text, $._long_text, $._error],

  extras: ($) => [/[ \t\r\n\uFEFF]/, $.comment, $.doc_comment, $.block_comment],

  supertypes: ($) => [$.expression, $.pattern, $.type, $.item],

  inline: ($) => [$._name, $._any_name, $._separators],

  conflicts: ($) => [
    // `fn name …` in a block: a function, or a closure whose parameter is that name.
    [$._function_name, $._primary_pattern],
    // `fn (a, b) -> …` and `fn (a, b), c -> …`
    [$.parameter, $.tuple_pattern],
    [$.parameter, $.parenthesized_pattern],
    [$.parameters, $.unit],
  ],

  rules: {
    source_file: ($) => lines($, $.item),

    _separators: ($) => repeat1(choice($._newline, ";")),

    item: ($) =>
      choice(
        $.import,
        $.from_import,
        $.function_definition,
        $.struct_definition,
        $.type_definition,
        $.interface_definition,
        $.impl_definition,
        $.actor_definition,
        $.service_definition,
        $.supervisor_definition,
        $.test_definition,
        $.extern_function,
        $.extern_type,
        $.constant_definition,
      ),

    import: ($) => seq("import", field("module", $.module_path)),
    from_import: ($) =>
      seq(
        "from",
        field("module", $.module_path),
        "import",
        field("name", $._name),
        repeat(seq(",", field("name", $._name))),
      ),
    module_path: ($) => seq($.type_identifier, repeat(seq(".", $.type_identifier))),

    ...declarations,

    // Statements.

    block: ($) => seq("do", optional($._statements), "end"),
    _statements: ($) =>
      choice(
        $._separators,
        seq(
          optional($._separators),
          $._statement,
          repeat(seq($._separators, $._statement)),
          optional($._separators),
        ),
      ),
    _statement: ($) => choice($.let, $.terminate, $.local_function, $.expression),
    local_function: ($) => prec.dynamic(1, seq($._signature, $._function_body)),
    let: ($) =>
      seq(
        "let",
        field("pattern", $.pattern),
        optional($._annotation),
        "=",
        field("value", $.expression),
      ),

    // Expressions.

    expression: ($) =>
      choice(
        $.identifier,
        $.type_identifier,
        $.self,
        $.boolean,
        $.nil,
        $.unit,
        $.integer,
        $.float,
        $.string,
        $.tuple,
        $.parenthesized,
        $.list,
        $.map,
        $.update,
        $.struct_literal,
        $.bits,
        $.unary,
        $.binary,
        $.field_access,
        $.index,
        $.try,
        $.call,
        $.primitive,
        $.if,
        $.case,
        $.while,
        $.for,
        $.receive,
        $.closure,
        $.break,
        $.continue,
        $.return,
        $.assert,
        $._assert_as_name,
      ),

    self: (_) => "self",
    boolean: (_) => choice("true", "false"),
    nil: (_) => "nil",
    unit: (_) => seq("(", ")"),
    tuple: ($) => seq("(", $.expression, ",", commaSep($.expression), ")"),
    parenthesized: ($) => seq("(", $.expression, ")"),
    list: ($) => seq("[", commaSep($.expression), "]"),
    _map_start: (_) => choice("%{", seq("%", "{")),
    map: ($) => seq($._map_start, loose($.entry), "}"),
    entry: ($) => seq(field("key", $.expression), "=>", field("value", $.expression)),
    update: ($) => seq($._map_start, field("value", $.expression), "|", loose($.field_update), "}"),
    field_update: ($) =>
      seq(
        field("name", $._any_name),
        repeat(seq(".", field("name", $._any_name))),
        ":",
        field("value", $.expression),
      ),
    struct_literal: ($) =>
      prec(PREC.call, seq(field("type", $.expression), "{", loose($.field_value), "}")),
    field_value: ($) => seq(field("name", $._any_name), ":", field("value", $.expression)),

    bits: ($) => seq("<<", commaSep($.segment), ">>"),
    segment: ($) => seq(field("value", $.expression), optional($._specifiers)),
    _specifiers: ($) => seq("::", $._specifier, repeat(seq("-", $._specifier))),
    _specifier: ($) => choice($.identifier, $.integer, $.size),
    size: ($) => seq(field("function", $.identifier), "(", $.expression, ")"),

    unary: ($) => prec(PREC.unary, seq(choice("-", "!", "not"), field("operand", $.expression))),
    binary: ($) =>
      choice(
        ...OPERATORS.map((operators, level) =>
          prec.left(
            PREC.operator + level,
            seq(
              field("left", $.expression),
              field("operator", operators.length > 1 ? choice(...operators) : operators[0]),
              field("right", $.expression),
            ),
          ),
        ),
      ),

    field_access: ($) =>
      prec(PREC.call, seq(field("value", $.expression), ".", field("name", $._any_name))),
    index: ($) => prec(PREC.call, seq(field("value", $.expression), "[", $.expression, "]")),
    try: ($) => prec(PREC.call, seq($.expression, "?")),
    call: ($) =>
      choice(
        prec(PREC.call, seq(field("function", $.expression), field("arguments", $.arguments))),
        prec(
          PREC.closureCall,
          seq(
            field("function", $.expression),
            field("arguments", $.arguments),
            field("closure", $.do_closure),
          ),
        ),
      ),
    arguments: ($) => seq("(", commaSep($.expression), ")"),
    primitive: ($) =>
      prec(
        PREC.call,
        seq(field("function", choice("spawn", "send", "link")), field("arguments", $.arguments)),
      ),
    do_closure: ($) =>
      seq(
        "do",
        optional(choice("||", seq("|", commaSep($.bar_parameter), "|"))),
        optional($._statements),
        "end",
      ),
    // Between bars a bar ends the pattern.
    bar_parameter: ($) =>
      seq(
        field(
          "pattern",
          choice(
            $._primary_pattern,
            alias($._bar_cons, $.cons_pattern),
            alias($._bar_as, $.as_pattern),
          ),
        ),
        optional($._annotation),
      ),
    _bar_cons: ($) =>
      prec.right(
        seq(
          field("head", $._primary_pattern),
          "::",
          field("tail", choice($._primary_pattern, alias($._bar_cons, $.cons_pattern))),
        ),
      ),
    _bar_as: ($) =>
      seq(
        choice($._primary_pattern, alias($._bar_cons, $.cons_pattern)),
        "as",
        field("name", $.identifier),
      ),

    if: ($) =>
      seq(
        "if",
        field("condition", $.expression),
        "do",
        optional($._statements),
        optional($._else),
        "end",
      ),
    _else: ($) => choice($.else_if, $.else),
    // `else if` on one line goes on with the same form; both have one `end`.
    else_if: ($) =>
      prec(
        1,
        seq(
          "else",
          "if",
          field("condition", $.expression),
          "do",
          optional($._statements),
          optional($._else),
        ),
      ),
    else: ($) => seq("else", optional($._statements)),

    case: ($) =>
      seq(
        choice("case", "match"),
        field("value", $.expression),
        "do",
        optional($._separators),
        repeat(seq($.arm, optional($._separators))),
        "end",
      ),
    arm: ($) =>
      seq(
        field("pattern", $.pattern),
        optional($.guard),
        "->",
        field("body", choice($.expression, $.block)),
      ),
    receive: ($) =>
      seq(
        "receive",
        "do",
        optional($._separators),
        repeat(seq($.arm, optional($._separators))),
        optional($.after),
        "end",
      ),
    after: ($) =>
      seq(
        "after",
        field("limit", $.expression),
        "->",
        optional(choice($._statements, seq($.block, optional($._separators)))),
      ),
    while: ($) => seq("while", field("condition", $.expression), field("body", $.block)),
    for: ($) =>
      seq(
        "for",
        field("pattern", choice($._primary_pattern, $.pair)),
        "in",
        field("value", $.expression),
        optional($.guard),
        field("body", $.block),
      ),
    pair: ($) => seq("{", $.identifier, ",", $.identifier, "}"),

    closure: ($) =>
      choice(
        seq("fn", optional($._closure_head), field("body", $.block)),
        seq("fn", alias($._arrow_clause, $.clause), repeat(seq("|", $.clause)), "end"),
      ),
    clause: ($) =>
      choice($._arrow_clause, seq(optional($._closure_head), $.block, optional($._separators))),
    _arrow_clause: ($) =>
      seq(
        optional($._closure_head),
        "->",
        optional(choice($._statements, seq($.block, optional($._separators)))),
      ),
    _closure_head: ($) =>
      choice(
        seq(choice($.parameters, $.parameter), repeat(seq(",", $.parameter)), optional($.guard)),
        $.guard,
      ),

    break: (_) => "break",
    continue: (_) => "continue",
    return: ($) => prec.right(PREC.jump, seq("return", optional($.expression))),
    assert: ($) => prec.right(PREC.jump, seq("assert", $.expression)),
    _assert_as_name: ($) => prec(-1, alias("assert", $.identifier)),

    // Patterns, loosest first.

    pattern: ($) => choice($._primary_pattern, $.as_pattern, $.cons_pattern, $.or_pattern),
    as_pattern: ($) => prec.left(1, seq($.pattern, "as", field("name", $.identifier))),
    cons_pattern: ($) =>
      prec.right(2, seq(field("head", $.pattern), "::", field("tail", $.pattern))),
    or_pattern: ($) => prec.left(3, seq($.pattern, "|", $.pattern)),
    _primary_pattern: ($) =>
      choice(
        $.identifier,
        $.constructor_pattern,
        $.boolean,
        $.nil,
        $.unit,
        $.integer,
        $.float,
        $.negative,
        $.string,
        $.tuple_pattern,
        $.parenthesized_pattern,
        $.list_pattern,
        $.bits_pattern,
      ),
    constructor_pattern: ($) =>
      seq(
        repeat(seq($.type_identifier, ".")),
        field("name", $.type_identifier),
        optional(seq("(", commaSep($.pattern), ")")),
      ),
    negative: ($) => seq("-", choice($.integer, $.float)),
    tuple_pattern: ($) => seq("(", $.pattern, ",", commaSep($.pattern), ")"),
    parenthesized_pattern: ($) => seq("(", $.pattern, ")"),
    list_pattern: ($) => seq("[", commaSep($.pattern), "]"),
    bits_pattern: ($) => seq("<<", commaSep($.segment_pattern), ">>"),
    segment_pattern: ($) => seq(field("value", $._primary_pattern), optional($._specifiers)),

    // Tokens.

    string: ($) =>
      choice(
        seq('"', repeat(choice($.text, $.escape, $.interpolation)), token.immediate('"')),
        seq(
          '"""',
          repeat(choice(alias($._long_text, $.text), $.escape, $.interpolation)),
          token.immediate('"""'),
        ),
      ),
    escape: (_) => token.immediate(/\\(u\{[0-9A-Fa-f]*\}|[^\r]|\r\n?)/),
    interpolation: ($) => seq(token.immediate("${"), $.expression, "}"),

    integer: (_) => /0[xX][0-9A-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*/,
    float: (_) => /[0-9][0-9_]*(\.[0-9][0-9_]*([eE][+-]?[0-9][0-9_]*)?|[eE][+-]?[0-9][0-9_]*)/,

    _name: ($) => choice($.identifier, $.type_identifier),
    // Any word may be a name behind a dot and in front of `:` and `::`: where no keyword is
    // expected, tree-sitter takes it for an identifier.
    _any_name: ($) => choice($.identifier, $.type_identifier),
    identifier: (_) => /[_\p{Ll}\p{Lm}\p{Lo}\p{Lt}\p{Nl}][_\p{Alphabetic}\p{N}]*/,
    type_identifier: (_) => /\p{Lu}[_\p{Alphabetic}\p{N}]*/,

    comment: (_) => token(choice("#", /#[^#=\r\n][^\r\n]*/)),
    doc_comment: (_) => token(/##[^\r\n]*/),
  },
});

/**
 * @file Functions, types, actors, and what else is declared at the top of a file.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

import { commaSep, commaSep1, lines } from "./lists.js";

export default {
  // Functions.

  function_definition: ($) => seq(optional("pub"), $._signature, $._function_body),
  _signature: ($) =>
    seq(
      choice("fn", "def"),
      field("name", $._function_name),
      field("type_parameters", optional($.type_parameters)),
      field("parameters", optional($.parameters)),
      optional(seq("->", field("result", $.type))),
      optional($.where_clause),
      optional($.guard),
    ),
  _function_name: ($) => $.identifier,
  _function_body: ($) => choice(seq("=", field("value", $.expression)), field("body", $.block)),
  type_parameters: ($) => seq("<", commaSep1($.type_identifier), ">"),
  parameters: ($) => prec.dynamic(1, seq("(", commaSep($.parameter), ")")),
  parameter: ($) =>
    choice(
      seq($.self, optional(seq("(", ")")), optional($._annotation)),
      seq(field("pattern", $.pattern), optional($._annotation)),
    ),
  _annotation: ($) => seq("::", field("type", $.type)),
  where_clause: ($) => seq("where", $.bound, repeat(seq(",", $.bound))),
  bound: ($) => seq(field("name", $.type_identifier), ":", field("interface", $.named_type)),
  guard: ($) => seq("when", field("condition", $.expression)),

  extern_function: ($) =>
    seq(optional("pub"), "extern", $._signature, "=", field("symbol", $.string)),
  extern_type: ($) =>
    seq(
      optional("pub"),
      "extern",
      "type",
      field("name", $.type_identifier),
      field("type_parameters", optional($.type_parameters)),
    ),
  constant_definition: ($) =>
    seq(
      optional("pub"),
      "let",
      field("name", $._name),
      optional($._annotation),
      "=",
      field("value", $.expression),
    ),
  test_definition: ($) => seq("test", field("name", $.string), field("body", $.block)),

  // Types.

  struct_definition: ($) =>
    seq(
      optional("pub"),
      optional("opaque"),
      "struct",
      field("name", $.type_identifier),
      field("type_parameters", optional($.type_parameters)),
      "do",
      lines($, $.field),
      "end",
      optional($.deriving),
    ),
  field: ($) =>
    choice(
      seq(field("name", $._any_name), optional($._annotation)),
      seq(field("name", alias("end", $.identifier)), $._annotation),
    ),

  type_definition: ($) =>
    seq(
      optional("pub"),
      optional("opaque"),
      "type",
      field("name", $.type_identifier),
      field("type_parameters", optional($.type_parameters)),
      choice(
        seq("=", field("alias", $.type)),
        seq("do", lines($, $.variant), "end", optional($.deriving)),
      ),
    ),
  variant: ($) =>
    seq(
      field("name", $.type_identifier),
      optional(seq("(", commaSep(choice(alias($._named, $.field), $.type)), ")")),
    ),

  _named: ($) => seq(field("name", $._any_name), $._annotation),

  deriving: ($) => seq("deriving", "(", commaSep($.derived), ")"),
  derived: ($) =>
    seq(field("interface", $.type_identifier), optional(seq("(", commaSep($.derive_option), ")"))),
  derive_option: ($) =>
    choice(
      seq(field("name", $.identifier), ":", $.string),
      seq(
        $._any_name,
        repeat(seq(".", $._any_name)),
        optional(seq("as", $.string)),
        optional(seq("=", $.expression)),
      ),
    ),

  interface_definition: ($) =>
    seq(
      optional("pub"),
      "interface",
      field("name", $.type_identifier),
      field("type_parameters", optional($.type_parameters)),
      "do",
      lines($, $.method),
      "end",
    ),
  method: ($) => seq($._signature, optional($._function_body)),

  impl_definition: ($) =>
    seq(
      "impl",
      field("interface", $.named_type),
      "for",
      field("type", $.type),
      optional($.where_clause),
      "do",
      lines($, $.function_definition),
      "end",
    ),

  type: ($) => choice($.named_type, $.function_type, $.tuple_type, $.option_type, $.result_type),
  // Above a pattern: in `name :: Name` of a parameter the second is a type.
  named_type: ($) =>
    prec.right(
      1,
      seq(
        repeat(seq($.type_identifier, ".")),
        choice($.type_identifier, alias("Fun", $.type_identifier)),
        optional($.type_arguments),
      ),
    ),
  type_arguments: ($) => seq("<", commaSep1($.type), ">"),
  tuple_type: ($) => prec(1, seq("(", commaSep($.type), ")")),
  function_type: ($) =>
    prec.right(
      seq(
        alias("Fun", $.type_identifier),
        "(",
        commaSep($.type),
        ")",
        "->",
        field("result", $.type),
      ),
    ),
  option_type: ($) => prec.left(2, seq($.type, "?")),
  result_type: ($) => prec.right(1, seq($.type, "!", field("error", $.type))),

  // Actors.

  actor_definition: ($) =>
    seq(
      optional("pub"),
      "actor",
      field("name", $.identifier),
      field("parameters", optional($.parameters)),
      field("body", $.block),
    ),
  terminate: ($) => seq("terminate", field("body", $.block)),

  service_definition: ($) =>
    seq(
      optional("pub"),
      "service",
      field("name", $.type_identifier),
      "do",
      lines($, $._service_part),
      "end",
    ),
  _service_part: ($) => choice($.function_definition, $.handler),
  handler: ($) =>
    seq(
      choice("call", "cast"),
      field("name", $.type_identifier),
      field("parameters", optional($.parameters)),
      optional($._annotation),
      "do",
      optional(seq("|", field("state", $.identifier), "|")),
      optional($._statements),
      "end",
    ),

  supervisor_definition: ($) =>
    seq(
      optional("pub"),
      "supervisor",
      field("name", $.type_identifier),
      "do",
      lines($, $._supervisor_part),
      "end",
    ),
  _supervisor_part: ($) => choice($.setting, $.child),
  child: ($) => seq("child", field("name", $.identifier), "do", lines($, $.setting), "end"),
  setting: ($) => seq(field("name", $.identifier), ":", field("value", $.expression)),
};

/**
 * @file Lists of one rule, as several rules have them.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

export const commaSep1 = (rule) => seq(rule, repeat(seq(",", rule)), optional(","));
export const commaSep = (rule) => optional(commaSep1(rule));
// One a line.
export const lines = ($, rule) =>
  seq(
    optional($._separators),
    optional(seq(rule, repeat(seq($._separators, rule)), optional($._separators))),
  );
// The commas of maps and struct literals may be left out.
export const loose = (rule) => repeat(seq(rule, optional(",")));

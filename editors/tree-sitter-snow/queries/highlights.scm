; Colours. No part of a text gets two of them, so the order of the patterns means nothing; the
; classes are those of `crates/snow-compiler/src/lex/classes.rs`. Names that are neither called nor
; declared as parameters or fields have none. Where Helix and Neovim have different names for one
; thing, both stand there.

; Words

["if" "else" "case" "match" "when"] @keyword.conditional
["for" "in" "while" (break) (continue)] @keyword.repeat
"return" @keyword.return
["import" "from"] @keyword.import
["fn" "def"] @keyword.function
["struct" "interface" "service" "supervisor" "actor"] @keyword.type
(type_definition "type" @keyword.type)
(extern_type "type" @keyword.type)
["pub" "opaque" "extern"] @keyword.modifier
["receive" "after" "spawn" "send" "link" "terminate"] @keyword.coroutine
["and" "or" "not"] @keyword.operator
[
  "as" "assert" "call" "cast" "child" "deriving" "do" "end" "impl" "let" "test" "where"
] @keyword

(self) @variable.builtin

; Literals

(boolean) @constant.builtin.boolean
(nil) @constant.builtin
(integer) @constant.numeric.integer @number
(float) @constant.numeric.float @number.float
(string ["\"" "\"\"\""] @string)
(text) @string
(escape) @string.escape
(interpolation ["${" "}"] @punctuation.special)

; Names with a capital: the first of these lines says enough, the others say more

(type_identifier) @type
(module_path (type_identifier) @namespace @module)
(field_access value: (type_identifier) @namespace @module)
(call function: (type_identifier) @constructor)
(call function: (field_access name: (type_identifier) @constructor))
(constructor_pattern name: (type_identifier) @constructor)
(variant name: (type_identifier) @constructor)

; Functions, where a parenthesis follows

(function_definition name: (identifier) @function type_parameters: (_))
(function_definition name: (identifier) @function . parameters: (_))
(local_function name: (identifier) @function type_parameters: (_))
(local_function name: (identifier) @function . parameters: (_))
(method name: (identifier) @function type_parameters: (_))
(method name: (identifier) @function . parameters: (_))
(extern_function name: (identifier) @function type_parameters: (_))
(extern_function name: (identifier) @function . parameters: (_))
(actor_definition name: (identifier) @function . parameters: (_))
(call function: (identifier) @function.call . arguments: (_))
(call function: (field_access name: (identifier) @function.method.call))
(size function: (identifier) @function.call)

; Other names

(parameter pattern: (identifier) @variable.parameter)
(bar_parameter pattern: (identifier) @variable.parameter)
(handler state: (identifier) @variable.parameter)
(field name: (identifier) @property)
(field_value name: (identifier) @property)
(field_update name: (identifier) @property)
(setting name: (identifier) @property)
(derive_option name: (identifier) @property)

; Signs

[
  "+" "-" "*" "/" "%" "==" "!=" "<" ">" "<=" ">=" "&&" "||" "!" "|>" ".." "<>" "++" "=" "->" "=>"
  "::" "?" "|"
] @operator
["(" ")" "[" "]" "{" "%{" "<<" ">>"] @punctuation.bracket
(map "}" @punctuation.bracket)
(update "}" @punctuation.bracket)
(struct_literal "}" @punctuation.bracket)
(pair "}" @punctuation.bracket)
["," "." ":" ";"] @punctuation.delimiter

; Comments

(comment) @comment
(block_comment) @comment
(doc_comment) @comment.documentation

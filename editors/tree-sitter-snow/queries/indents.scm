; In the words of nvim-treesitter; `snowc fmt` has the last word.

[
  (block)
  (do_closure)
  (if)
  (case)
  (receive)
  (closure)
  (struct_definition)
  (type_definition)
  (interface_definition)
  (impl_definition)
  (service_definition)
  (handler)
  (supervisor_definition)
  (child)
  (arm)
  (list)
  (map)
  (update)
  (struct_literal)
  (arguments)
  (parameters)
  (tuple)
  (parenthesized)
] @indent.begin

["end" ")" "]" "}"] @indent.end
["end" "else" "after" ")" "]" "}"] @indent.branch

(block_comment) @indent.ignore
(string) @indent.ignore

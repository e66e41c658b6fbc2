" Colours for Snow. The words are those of the lexer; a test of the repository compares them.
if exists("b:current_syntax")
  finish
endif

syn case match
syn sync minlines=200

syn keyword snowControl after break call case cast cond continue do else end for if in match
syn keyword snowControl receive return terminate trap when where while with
syn keyword snowDeclaration actor service supervisor struct type interface impl module trait fn
syn keyword snowDeclaration def let pub import alias
syn keyword snowPrimitive spawn send link monitor
syn keyword snowWordOperator and or not
syn keyword snowConstant true false nil self
syn match snowSoft "^\s*\%(pub\s\+\)\?\%(from\|extern\|opaque\|test\|assert\)\>\ze\s"
syn match snowSoft "\<deriving\>\ze("

syn match snowType "\<\u\w*\>"
syn match snowFunction "\%(\<\%(fn\|def\|actor\)\s\+\)\@<=[a-z_]\w*"
" Any word may be the name of a field or a function.
syn match snowField "\.\@<=[a-z_]\w*"
syn match snowNumber "\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%([eE][+-]\?\d\+\)\?\>"
syn match snowNumber "\<0[xX][0-9A-Fa-f_]\+\>\|\<0[bB][01_]\+\>\|\<0[oO][0-7_]\+\>"

syn match snowComment "#.*$"
syn match snowDoc "##.*$"
syn region snowBlockComment start="#\@<!#=" end="=#" contains=snowBlockComment

syn match snowEscape "\\." contained
syn region snowInterpolation matchgroup=snowDelimiter start="\${" end="}" contained contains=TOP
syn region snowBraces start="%\?{" end="}" transparent contains=TOP
syn region snowString start=+"+ end=+"+ contains=snowEscape,snowInterpolation
syn region snowString start=+"""+ end=+"""+ contains=snowEscape,snowInterpolation

hi def link snowControl Keyword
hi def link snowDeclaration Structure
hi def link snowPrimitive Function
hi def link snowWordOperator Operator
hi def link snowConstant Constant
hi def link snowSoft Keyword
hi def link snowType Type
hi def link snowFunction Function
hi def link snowNumber Number
hi def link snowComment Comment
hi def link snowDoc SpecialComment
hi def link snowBlockComment Comment
hi def link snowEscape SpecialChar
hi def link snowDelimiter Delimiter
hi def link snowString String

let b:current_syntax = "snow"

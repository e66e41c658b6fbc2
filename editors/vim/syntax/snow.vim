" Colours for Snow. The words are those of the lexer; a test of the repository compares them.
if exists("b:current_syntax")
  finish
endif

syn case match
syn sync minlines=200

" Reserved words are words only where no name stands: a keyword would always win over a match.
syn match snowWord "\<\l\w*\>" transparent contains=@snowWords
syn cluster snowWords contains=snowControl,snowDeclaration,snowPrimitive,snowWordOperator
syn cluster snowWords add=snowConstant,snowSelf
syn keyword snowControl contained after break call case cast cond continue do else end for if in
syn keyword snowControl contained match receive return terminate trap when where while with
syn keyword snowDeclaration contained actor service supervisor struct type interface impl module
syn keyword snowDeclaration contained trait fn def let pub import alias
syn keyword snowPrimitive contained spawn send link monitor
syn keyword snowWordOperator contained and or not
syn keyword snowConstant contained true false nil
syn keyword snowSelf contained self

syn match snowCall "\<[[:lower:]_]\w*\ze(" contains=@snowWords
" The names of fields and functions may be reserved words.
syn match snowField "\%(\<\%(self\|true\|false\|nil\)\>\)\@!\<\l\w*\>\ze\s*\%(:\|=[=>]\@!\|as \"\)"
syn match snowField "\<self\>\ze\s*::\@!"
syn match snowField "^\s*self\>\ze\s*::"
syn match snowField "\.\@1<!\.\l\w*\>(\@!"
syn match snowCall "\%(\<\%(fn\|def\|actor\)\s\+\)\@8<=\%(do\>\|when\>\)\@![[:lower:]_]\w*\ze[(<]"
syn match snowCall "\%(\.\@1<!\.\)\@2<=\l\w*\ze("

syn match snowSoft "^\s*\%(from\|child\)\>\ze\s\+\w"
syn match snowSoft "^\s*test\>\ze\s*\""
syn match snowSoft "\<opaque\>\ze\s\+\%(struct\|type\)\>"
syn match snowSoft "\<extern\>\ze\s\+\%(fn\|def\|type\)\>"
syn match snowSoft "\<assert\>\ze\s*[[:alnum:]_\"(\[!%]"
syn match snowSoft "\%(\<end \)\@4<=deriving\ze("
syn match snowSoft "\%([[:alnum:]_)\]\">] \)\@2<=as\ze [[:alnum:]_\"]"

syn match snowType "\<\u\w*\>"
syn match snowNumber "\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%([eE][+-]\?\d\+\)\?\>"
syn match snowNumber "\<0[xX][0-9A-Fa-f_]\+\>\|\<0[bB][01_]\+\>\|\<0[oO][0-7_]\+\>"

syn match snowComment "#.*$"
syn match snowDoc "##.*$"
syn region snowBlockComment start="#\@1<!#=" end="=#" contains=snowBlockComment

syn match snowEscape "\\." contained
syn region snowInterpolation matchgroup=snowDelimiter start="\${" end="}" contained contains=TOP
syn region snowBraces start="{" end="}" transparent contains=TOP
syn region snowString start=+"+ end=+"+ contains=snowEscape,snowInterpolation
syn region snowString start=+"""+ end=+"""+ contains=snowEscape,snowInterpolation

hi def link snowControl Keyword
hi def link snowDeclaration Structure
hi def link snowPrimitive Keyword
hi def link snowWordOperator Operator
hi def link snowConstant Constant
hi def link snowSelf Identifier
hi def link snowSoft Keyword
hi def link snowType Type
hi def link snowCall Function
hi def link snowNumber Number
hi def link snowComment Comment
hi def link snowDoc SpecialComment
hi def link snowBlockComment Comment
hi def link snowEscape SpecialChar
hi def link snowDelimiter Delimiter
hi def link snowString String

let b:current_syntax = "snow"

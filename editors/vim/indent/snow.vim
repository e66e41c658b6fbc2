" Indentation of Snow while it is typed; `snowc fmt` has the last word.
if exists("b:did_indent")
  finish
endif
let b:did_indent = 1

setlocal indentexpr=SnowIndent() indentkeys=!^F,o,O,0=end,0=else,0=after,0),0],0}
let b:undo_indent = "setl inde< indk<"

if exists("*SnowIndent")
  finish
endif

function! SnowIndent() abort
  let above = prevnonblank(v:lnum - 1)
  if above == 0
    return 0
  endif
  let text = substitute(getline(above), '\s*#.*$', '', '')
  let indent = indent(above)
  if text =~# '\%(\<do\%(\s*|[^|]*|\)\?\|->\|\<else\|[([{]\)$'
    let indent += shiftwidth()
  endif
  if getline(v:lnum) =~# '^\s*\%(\%(end\|else\|after\)\>\|[)\]}]\)'
    let indent -= shiftwidth()
  endif
  return indent
endfunction

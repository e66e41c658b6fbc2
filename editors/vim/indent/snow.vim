" Indentation of Snow while it is typed; `snowc fmt` has the last word.
if exists("b:did_indent")
  finish
endif
let b:did_indent = 1

setlocal indentexpr=SnowIndent() indentkeys=!^F,o,O,0=end,0=else,0=after,0=\|>,0),0],0}
let b:undo_indent = "setl inde< indk<"

if exists("*SnowIndent")
  finish
endif

" The next line with code on it, from a line on in a direction; 0 where there is none.
function! s:code(line, step) abort
  let line = a:line
  while getline(line) =~# '^\s*\%(#.*\)\?$' && line >= 1 && line <= line('$')
    let line += a:step
  endwhile
  return line > line('$') ? 0 : line
endfunction

" The line whose bracket or block a line closes; that line itself where it closes nothing.
function! s:opener(line) abort
  let line = a:line
  while line > 1 && getline(line) =~# s:closes || indent(line) > indent(a:line)
    let line = s:code(line - 1, -1)
  endwhile
  return line
endfunction

let s:closes = '^\s*\%(\%(end\|else\|after\)\>\|[)\]}]\)'

" The line that begins the pipe of which a line is a step; that line itself where it is none.
function! s:pipe(line) abort
  let line = a:line
  while line > 1 && getline(line) =~# '^\s*|>'
    let line = s:opener(s:code(line - 1, -1))
  endwhile
  return line
endfunction

" Whether a line stands below the `->` of an arm, which has one expression and no `end`.
function! s:is_body_of_arm(line) abort
  let above = s:code(a:line - 1, -1)
  let text = substitute(getline(above), '\s*#.*$', '', '')
  return above > 0 && text =~# '->$' && text !~# '\<fn\>' && indent(above) < indent(a:line)
endfunction

function! SnowIndent() abort
  let above = s:code(v:lnum - 1, -1)
  if above == 0
    return 0
  endif
  let text = substitute(getline(above), '\s*#.*$', '', '')
  let indent = indent(above)
  if text =~# '\%(\<do\%(\s*|[^|]*|\)\?\|->\|\<else\|[([{]\)$'
    let indent += shiftwidth()
  else
    " The steps of a pipe stand to the right of the line that begins it, and what follows does not.
    let is_step = getline(s:code(v:lnum, 1)) =~# '^\s*|>'
    let opener = s:opener(above)
    let follows_step = getline(opener) =~# '^\s*|>'
    let follows_arm = !is_step && s:is_body_of_arm(s:pipe(opener))
    let indent += (is_step - follows_step - follows_arm) * shiftwidth()
  endif
  if getline(v:lnum) =~# s:closes
    let indent -= shiftwidth()
  endif
  return indent
endfunction

" The classes that snow.vim gives to parts of Snow files, as `compare.py` reads them.
"
"     vim -N -e -s -u NONE --cmd 'let editors = FOLDER | let out = FILE' -S classes.vim FILE...
"
" Prints a line of JSON for each file to `out`. A group that has no class here is an error.

let s:classes = {
  \ 'snowControl': 'Keyword', 'snowDeclaration': 'Keyword', 'snowPrimitive': 'Keyword',
  \ 'snowWordOperator': 'Keyword', 'snowSoft': 'Keyword', 'snowSelf': 'Keyword',
  \ 'snowConstant': 'Constant', 'snowNumber': 'Number', 'snowType': 'Capital',
  \ 'snowFunction': 'Call', 'snowCall': 'Call', 'snowField': 'Name',
  \ 'snowString': 'Text', 'snowEscape': 'Text', 'snowDelimiter': 'Interpolation',
  \ 'snowComment': 'Comment', 'snowDoc': 'Comment', 'snowBlockComment': 'Comment',
  \ 'snowOperator': 'Symbol', 'snowInterpolation': 'Name', 'snowBraces': 'Name', '': 'Name'}

function! s:parts() abort
  let parts = []
  let base = 0
  for line in range(1, line('$'))
    let text = getline(line)
    for column in range(1, len(text))
      let class = s:classes[synIDattr(synID(line, column, 1), 'name')]
      if class !=# 'Name'
        if !empty(parts) && parts[-1][1] == base + column - 1 && parts[-1][2] ==# class
          let parts[-1][1] += 1
        else
          call add(parts, [base + column - 1, base + column, class])
        endif
      endif
    endfor
    let base += len(text) + 1
  endfor
  return parts
endfunction

" Texts that stand as `snowc fmt` lays them out, and so do when Vim has indented them.
let s:laid_out = [
  \ ['if a do', '  f(b)', 'else', '  1', 'end'],
  \ ['let a = f(', '  1', ')', '  |> g()', '  # why', '  |> h(fn x do', '    x', '      |> i()',
  \  '  end)', '', 'let b = 1'],
  \ ['case a do', '  1 ->', '    b(2)', '  2 ->', '    b()', '      |> c()', '  3 -> d(fn x ->',
  \  '    e()', '    f()', '  end)', 'end']]

function! s:indent(lines) abort
  edit! indented.snow
  call setline(1, map(copy(a:lines), {_, line -> substitute(line, '^ *', '', '')}))
  silent normal! gg=G
  if getline(1, '$') != a:lines
    throw 'indented as ' . string(getline(1, '$')) . ', not ' . string(a:lines)
  endif
  bwipeout!
endfunction

set encoding=utf-8 fileformats=unix redrawtime=0 noswapfile
execute 'set runtimepath^=' . editors . '/vim'
filetype plugin indent on
syntax enable
let s:lines = []
try
  for s:file in argv()
    execute 'edit' fnameescape(s:file)
    if &filetype !=# 'snow' || &indentexpr !=# 'SnowIndent()' || &shiftwidth != 2
      throw s:file . ' is not taken for a file of Snow'
    endif
    syntax sync fromstart
    call add(s:lines, json_encode({'file': s:file, 'parts': s:parts()}))
  endfor
  call map(copy(s:laid_out), {_, lines -> s:indent(lines)})
  call writefile(s:lines, out)
catch
  call writefile([v:exception . ' at ' . v:throwpoint], '/dev/stderr')
  cquit
endtry
quitall!

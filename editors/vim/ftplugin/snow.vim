" Comments, width and layout of Snow; `gggqG` lays the buffer out.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=b:##!,b:##,b:#
setlocal shiftwidth=2 softtabstop=2 expandtab textwidth=100
setlocal formatprg=snowc\ fmt\ - formatoptions-=t

let b:undo_ftplugin = "setl cms< com< sw< sts< et< tw< fp< fo<"

au BufRead,BufNewFile *.snow set filetype=snow

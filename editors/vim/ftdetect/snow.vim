au BufRead,BufNewFile *.snow setfiletype snow

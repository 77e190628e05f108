// SPDX-License-Identifier: MIT
// page.S: the files of the HTML page, as they are (html.cpp).
        .section .rodata
.macro file name, path
        .global \name, \name\()_end
\name:  .incbin "\path"
\name\()_end:
.endm
        file oriel_page_html, "loader/observe/page/page.html"
        file oriel_page_css, "loader/observe/page/page.css"
        file oriel_page_js, "loader/observe/page/page.js"
        .section .note.GNU-stack, "", @progbits

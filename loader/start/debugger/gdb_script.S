// SPDX-License-Identifier: MIT
// gdb_script.S: gdb finds tools/gdb/oriel-gdb.py in oriel itself and loads it ("The .debug_gdb_scripts section", gdb's
// manual), if the user's auto-load safe-path allows it. Allocated, or stripping would take it away.
    .section .debug_gdb_scripts, "aR", @progbits
    .byte 4                             // SECTION_SCRIPT_ID_PYTHON_TEXT
    .ascii "oriel-gdb\n"
    .incbin ORIEL_GDB_SCRIPT
    .byte 0
    .section .note.GNU-stack, "", @progbits

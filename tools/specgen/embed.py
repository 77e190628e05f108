#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the assembly that puts the builtin DLLs into the oriel program, page-aligned.

    embed.py --out builtin_images.S x86_64/ntdll.dll x86_64/kernel32.dll ... i686/ntdll.dll ...

The images lie in a read-only segment: their headers are parsed in place, and their sections are mapped
into the guest straight from /proc/self/exe (loader/start/builtin_images.cpp finds the file offsets).
"""
import argparse
import pathlib

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--out", required=True, type=pathlib.Path)
parser.add_argument("images", nargs="+", type=pathlib.Path)
options = parser.parse_args()

lines = ["// Generated: the builtin DLLs.", '    .section .oriel_images,"a",@progbits']
for index, image in enumerate(options.images):
    lines += ["    .p2align 12", f".Limage{index}:", f'    .incbin "{image}"', f".Limage{index}_end:"]
lines += ["    .p2align 12", '    .section .data.rel.ro,"aw",@progbits', "    .p2align 3", "    .globl oriel_builtin_images", "oriel_builtin_images:"]
for index, image in enumerate(options.images):
    machine = {"x86_64": 0x8664, "i686": 0x014C}[image.parent.name]
    lines += [f"    .quad .Lname{index}, .Limage{index}, .Limage{index}_end - .Limage{index}, {machine}"]
lines += ["    .quad 0, 0, 0, 0", '    .section .rodata.str1.1,"aMS",@progbits,1']
lines += [f'.Lname{index}: .asciz "{image.name}"' for index, image in enumerate(options.images)]
lines += ['    .section .note.GNU-stack,"",@progbits', ""]
options.out.write_text("\n".join(lines))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives a static position-independent program its address, in the file.

    fix_base.py PROGRAM 0x500000000000

The loader of Linux puts such a program anywhere, and the program then corrects every pointer in its data. Here that is
done once: all addresses in headers, dynamic section and data are moved by the base, and the file's type becomes that of
a program with a fixed address. What the CPU decides at run time (IRELATIVE) stays, with its addresses moved; see
ntdll-emu/hal/fixed_base.cpp. The file must be stripped: symbols and debug information are not moved.
"""
import pathlib
import struct
import sys

ET_EXEC, ET_DYN = 2, 3
PT_LOAD, PT_DYNAMIC, PT_GNU_STACK = 1, 2, 0x6474E551
R_NONE, R_RELATIVE, R_IRELATIVE = 0, 8, 37
DT_RELA, DT_RELASZ, DT_JMPREL, DT_PLTRELSZ = 7, 8, 23, 2
# PLTGOT HASH STRTAB SYMTAB RELA INIT FINI JMPREL INIT_ARRAY FINI_ARRAY GNU_HASH
DT_ADDRESSES = {3, 4, 5, 6, 7, 12, 13, 23, 25, 26, 0x6FFFFEF5}
SHF_ALLOC = 2


class Program:
    def __init__(self, path):
        self.path, self.bytes = path, bytearray(path.read_bytes())
        if self.bytes[:5] != b"\x7fELF\x02" or self.read(16, "H") != ET_DYN:
            sys.exit(f"{path}: is no 64-bit position-independent program")
        self.segments = [self.read(32, "Q") + 56 * i for i in range(self.read(56, "H"))]

    def read(self, at, kind):
        return struct.unpack_from("<" + kind, self.bytes, at)[0]

    def write(self, at, kind, value):
        struct.pack_into("<" + kind, self.bytes, at, value)

    def offset(self, address):
        for at in self.segments:
            start = self.read(at + 16, "Q")
            if self.read(at, "I") == PT_LOAD and start <= address < start + self.read(at + 32, "Q"):
                return self.read(at + 8, "Q") + address - start
        sys.exit(f"{self.path}: the address {address:#x} is not in the file")

    def dynamic(self):
        """Where each entry of the dynamic section lies, by tag."""
        at = next(self.read(at + 8, "Q") for at in self.segments if self.read(at, "I") == PT_DYNAMIC)
        entries = {}
        while self.read(at, "Q"):
            entries[self.read(at, "Q")] = at + 8
            at += 16
        return entries

    def relocate(self, table, size, base):
        for at in range(table, table + size, 24):
            target, kind, addend = self.read(at, "Q"), self.read(at + 8, "Q"), self.read(at + 16, "Q")
            if kind == R_RELATIVE:
                self.write(self.offset(target), "Q", base + addend)
            elif kind == R_IRELATIVE:
                self.write(at, "Q", base + target)
                self.write(at + 16, "Q", base + addend)
            elif kind != R_NONE:
                sys.exit(f"{self.path}: has a relocation of kind {kind}, which this tool does not know")

    def move(self, base):
        dynamic = self.dynamic()
        value = lambda tag: self.read(dynamic[tag], "Q") if tag in dynamic else 0
        for table, size in ((DT_RELA, DT_RELASZ), (DT_JMPREL, DT_PLTRELSZ)):
            if value(size):
                self.relocate(self.offset(value(table)), value(size), base)
        for tag, at in dynamic.items():
            if tag in DT_ADDRESSES:
                self.write(at, "Q", base + self.read(at, "Q"))
        for at in self.segments:
            if self.read(at, "I") != PT_GNU_STACK:
                self.write(at + 16, "Q", base + self.read(at + 16, "Q"))
                self.write(at + 24, "Q", base + self.read(at + 24, "Q"))
        for i in range(self.read(60, "H")):
            at = self.read(40, "Q") + 64 * i
            if self.read(at + 8, "Q") & SHF_ALLOC:
                self.write(at + 16, "Q", base + self.read(at + 16, "Q"))
        self.write(24, "Q", base + self.read(24, "Q"))
        self.write(16, "H", ET_EXEC)


def main():
    program = Program(pathlib.Path(sys.argv[1]))
    program.move(int(sys.argv[2], 0))
    program.path.write_bytes(program.bytes)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes true hints into a DLL's import table.

Beside every imported name stands a hint: where in the exporter's sorted list of names the linker guesses it to be. The
loader looks there first and need not search. What lld writes from an import library is an ordinal, which is no such
index; here each hint becomes the one of the DLL that was built beside it. A wrong hint does no harm, it only costs the
search; a name that the other DLL lacks keeps what it has.

    hints.py kernel32.dll ntdll.dll ...
"""
import pathlib
import struct
import sys

EXPORTS, IMPORTS = 0, 1


class Image:
    def __init__(self, path):
        self.path = path
        self.bytes = bytearray(path.read_bytes())
        headers = self.word(0x3C, "I") + 4
        sections, optional_bytes = self.word(headers + 2, "H"), self.word(headers + 16, "H")
        optional = headers + 20
        self.is_64 = self.word(optional, "H") == 0x20B
        self.directories = optional + (112 if self.is_64 else 96)
        table = optional + optional_bytes
        self.sections = [struct.unpack_from("<IIII", self.bytes, table + 40 * i + 8) for i in range(sections)]

    def word(self, offset, kind):
        return struct.unpack_from("<" + kind, self.bytes, offset)[0]

    def offset(self, rva):
        for _, start, size, place in self.sections:
            if start <= rva < start + size:
                return place + rva - start
        return rva

    def text(self, rva):
        start = self.offset(rva)
        return self.bytes[start:self.bytes.index(0, start)].decode()

    def directory(self, number):
        return self.word(self.directories + 8 * number, "I")

    def export_names(self):
        exports = self.offset(self.directory(EXPORTS))
        count, names = self.word(exports + 24, "I"), self.offset(self.word(exports + 32, "I"))
        return [self.text(self.word(names + 4 * i, "I")) for i in range(count)]

    def import_names(self):
        """(exporter, name, offset of the hint) for each import by name."""
        descriptor = self.offset(self.directory(IMPORTS))
        size, kind = (8, "Q") if self.is_64 else (4, "I")
        while self.directory(IMPORTS) and self.word(descriptor + 12, "I"):
            exporter = self.text(self.word(descriptor + 12, "I")).lower()
            thunk = self.offset(self.word(descriptor, "I"))
            while entry := self.word(thunk, kind):
                if not entry >> (8 * size - 1):
                    yield exporter, self.text(entry + 2), self.offset(entry)
                thunk += size
            descriptor += 20


def main():
    image = Image(pathlib.Path(sys.argv[1]))
    places = {pathlib.Path(path).name.lower(): {name: index for index, name in enumerate(Image(pathlib.Path(path)).export_names())}
              for path in sys.argv[2:]}
    for exporter, name, hint in list(image.import_names()):
        index = places.get(exporter, {}).get(name)
        if index is not None:
            struct.pack_into("<H", image.bytes, hint, index)
    image.path.write_bytes(image.bytes)


if __name__ == "__main__":
    main()

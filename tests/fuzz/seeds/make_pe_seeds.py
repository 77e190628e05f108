#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of the fuzz targets pe_image and image_section: a few small, hand-made PE files, each with another
part of the format in it, and the same behind scripts of what is done to their views. The unit tests of loader/pe read
the files of pe_image too, so they double as examples.

    tests/fuzz/seeds/make_pe_seeds.py        # rewrites tests/fuzz/seeds/pe_image/ and image_section/
"""
import pathlib
import struct

PAGE, FILE = 0x1000, 0x200
CODE, DATA, RSRC = 0x60000020, 0xC0000040, 0x40000040


def up(value, unit):
    return (value + unit - 1) // unit * unit


class Image:
    """One section '.all' at RVA 0x1000 that holds everything; the pieces are appended one by one."""

    def __init__(self, wide, dll=False, machine=None, subsystem=3, align=PAGE, file_align=FILE):
        self.wide, self.dll, self.subsystem = wide, dll, subsystem
        self.machine = machine or (0x8664 if wide else 0x14C)
        self.align, self.file_align = align, file_align
        self.base = 0x180000000 if wide else 0x10000000
        self.body = bytearray()
        self.directories = {}
        self.start = PAGE
        self.entry = 0
        self.characteristics = 0x22 | (0x2000 if dll else 0) | (0 if wide else 0x100)

    def here(self):
        return self.start + len(self.body)

    def put(self, data, align=4):
        self.body += b"\0" * (-len(self.body) % align)
        rva = self.here()
        self.body += data
        return rva

    def word(self, value):
        return struct.pack("<Q" if self.wide else "<I", value)

    def code(self):
        self.entry = self.put(b"\x31\xc0\xc3", 16)

    def imports(self, dlls, delayed=False):
        descriptors = []
        for dll, names in dlls:
            thunks = []
            for name in names:
                if isinstance(name, int):
                    thunks.append((1 << (63 if self.wide else 31)) | name)
                else:
                    thunks.append(self.put(struct.pack("<H", 1) + name + b"\0", 2))
            table = b"".join(map(self.word, thunks + [0]))
            lookup, slots = self.put(table, 8), self.put(table, 8)
            descriptors.append((lookup, slots, self.put(dll + b"\0")))
        if delayed:
            handle = self.put(self.word(0), 8)
            raw = b"".join(struct.pack("<8I", 1, name, handle, slots, lookup, 0, 0, 0) for lookup, slots, name in descriptors)
            self.directories[13] = (self.put(raw + bytes(32)), len(raw) + 32)
        else:
            raw = b"".join(struct.pack("<5I", lookup, 0, 0, name, slots) for lookup, slots, name in descriptors)
            self.directories[1] = (self.put(raw + bytes(20)), len(raw) + 20)

    def exports(self, dll, functions, base=1):
        """functions: list of (name or None, rva or forwarder bytes)."""
        start = self.put(bytes(40))
        rvas = [self.put(f + b"\0", 1) if isinstance(f, bytes) else f for _, f in functions]
        names = sorted((name, i) for i, (name, _) in enumerate(functions) if name)
        name_rvas = [self.put(name + b"\0", 1) for name, _ in names]
        addresses = self.put(struct.pack(f"<{len(rvas)}I", *rvas))
        table = self.put(struct.pack(f"<{len(names)}I", *name_rvas))
        ordinals = self.put(struct.pack(f"<{len(names)}H", *[i for _, i in names]))
        dll_name = self.put(dll + b"\0", 1)
        header = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, dll_name, base, len(rvas), len(names), addresses, table, ordinals)
        self.body[start - self.start:start - self.start + 40] = header
        self.directories[0] = (start, self.here() - start)

    def tls(self):
        template = self.put(b"template", 8)
        index = self.put(bytes(4))
        callbacks = self.put(self.word(self.base + self.entry) + self.word(0), 8)
        raw = b"".join(self.word(self.base + x) for x in (template, template + 8, index, callbacks)) + struct.pack("<II", 24, 0x00500000)
        self.directories[9] = (self.put(raw, 8), len(raw))

    def relocations(self, rvas):
        kind = 10 if self.wide else 3
        pages = {}
        for rva in rvas:
            pages.setdefault(rva & ~0xFFF, []).append(kind << 12 | rva & 0xFFF)
        raw = b""
        for page, entries in sorted(pages.items()):
            entries += [0] * (len(entries) % 2)
            raw += struct.pack("<II", page, 8 + 2 * len(entries)) + struct.pack(f"<{len(entries)}H", *entries)
        self.directories[5] = (self.put(raw), len(raw))

    def load_config(self):
        cookie = self.put(self.word(0x2B992DDFA232 if self.wide else 0xBB40E64E), 8)
        raw = bytearray(148 if self.wide else 92)
        struct.pack_into("<I", raw, 0, len(raw))
        struct.pack_into("<Q" if self.wide else "<I", raw, 88 if self.wide else 60, self.base + cookie)
        self.directories[10] = (self.put(bytes(raw), 8), len(raw))

    def exceptions(self):
        unwind = self.put(struct.pack("<BBBB", 1, 0, 0, 0))
        self.directories[3] = (self.put(struct.pack("<III", self.entry, self.entry + 3, unwind)), 12)

    def resources(self):
        data = self.put(b"<assembly/>")
        raw = struct.pack("<IIHHHH", 0, 0, 0, 0, 1, 1)
        raw += struct.pack("<II", 0x80000000 | 0x68, 0x80000000 | 0x20) + struct.pack("<II", 24, 0x80000000 | 0x38)
        raw = raw.ljust(0x20, b"\0") + struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, 7, 0x80000000 | 0x38)
        raw = raw.ljust(0x38, b"\0") + struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, 1033, 0x58)
        raw = raw.ljust(0x58, b"\0") + struct.pack("<IIII", data, 11, 1252, 0)
        raw += struct.pack("<H", 4) + "TEXT".encode("utf-16le")
        self.directories[2] = (self.put(raw), len(raw))

    def clr(self, flags=1):
        self.directories[14] = (self.put(struct.pack("<IHHIIIIIIIIIIIIIIII", 72, 2, 5, 0, 0, flags, 0x06000001, *[0] * 12)), 72)

    def headers(self, sections, size_of_image, size_of_headers):
        optional = struct.pack("<HBBIIIII", 0x20B if self.wide else 0x10B, 14, 0, up(len(self.body), FILE), 0, 0, self.entry, PAGE)
        optional += struct.pack("<Q", self.base) if self.wide else struct.pack("<II", PAGE, self.base)
        optional += struct.pack("<II6HIIIIHH", self.align, self.file_align, 6, 0, 0, 0, 6, 0, 0, size_of_image, size_of_headers,
                                0, self.subsystem, 0x160 if self.wide else 0x140)
        optional += b"".join(map(self.word, (0x100000, 0x1000, 0x100000, 0x1000))) + struct.pack("<II", 0, 16)
        for i in range(16):
            optional += struct.pack("<II", *self.directories.get(i, (0, 0)))
        dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
        file = struct.pack("<HHIIIHH", self.machine, len(sections), 0, 0, 0, len(optional), self.characteristics)
        return dos + b"PE\0\0" + file + optional + b"".join(sections)

    def finish(self):
        raw = up(len(self.body), FILE)
        section = struct.pack("<8sIIIIIIHHI", b".all", len(self.body), PAGE, raw, FILE * 2, 0, 0, 0, 0, CODE | DATA)
        head = self.headers([section], PAGE + up(len(self.body), PAGE), FILE * 2)
        return head.ljust(FILE * 2, b"\0") + bytes(self.body).ljust(raw, b"\0")


def everything(wide):
    image = Image(wide)
    image.code()
    image.imports([(b"KERNEL32.dll", [b"ExitProcess", b"GetLastError"]), (b"ws2_32.dll", [23, b"WSAStartup"])])
    image.imports([(b"user32.dll", [b"MessageBoxA", 7])], delayed=True)
    image.tls()
    image.load_config()
    if wide:
        image.exceptions()
    image.resources()
    image.relocations([image.directories[9][0], image.directories[9][0] + (8 if wide else 4)])
    return image.finish()


def library(wide):
    image = Image(wide, dll=True)
    image.code()
    image.exports(b"library.dll", [(b"Zeta", image.entry), (b"Alpha", image.entry + 2), (None, image.entry + 1),
                                   (b"Heap", b"NTDLL.RtlAllocateHeap"), (b"ByNumber", b"other.#12"), (None, 0)], base=5)
    image.relocations([])
    return image.finish()


def flat(wide):
    """A low-alignment image: no section, the code in the headers."""
    image = Image(wide, align=4, file_align=4)
    image.start = 0x40 + 24 + (240 if wide else 224)
    image.code()
    size = image.start + len(image.body)
    return image.headers([], size + 0x10, image.start) + bytes(image.body).ljust(0x20, b"\0")


def simple(wide, **options):
    image = Image(wide, **options)
    image.code()
    return image


def seeds():
    yield "everything64.exe", everything(True)
    yield "everything32.exe", everything(False)
    yield "library64.dll", library(True)
    yield "library32.dll", library(False)
    yield "flat64.exe", flat(True)
    yield "flat32.exe", flat(False)
    yield "arm64.exe", simple(True, machine=0xAA64).finish()
    yield "driver.sys", simple(True, subsystem=1).finish()
    managed = simple(False)
    managed.clr()
    yield "managed.exe", managed.finish()
    yield "truncated.exe", everything(True)[:-512]
    yield "dos.exe", b"MZ" + bytes(26) + b"\x1e\0" + bytes(30) + b"\0" * 4 + b"This program is for DOS.\r\n$"
    yield "ne.exe", b"MZ" + bytes(58) + struct.pack("<I", 64) + b"NE" + bytes(62)
    yield "le.exe", b"MZ" + bytes(58) + struct.pack("<I", 64) + b"LE" + bytes(62)


def several_sections(wide, shared=False):
    """Headers, code, data half in the file, relocations; on page boundaries in the file, so that they can be mapped."""
    image = Image(wide, dll=True, file_align=PAGE)
    image.body += bytes(3 * PAGE)
    image.body[0x10:0x18] = struct.pack("<Q", image.base + 0x2008)
    image.body[0x1008:0x1010] = struct.pack("<Q", image.base + 0x1000)
    image.start = PAGE
    kind = 10 if wide else 3
    table = b"".join(struct.pack("<IIHH", page, 12, kind << 12 | offset, 0) for page, offset in ((0x1000, 0x10), (0x2000, 8)))
    image.body[2 * PAGE:2 * PAGE + len(table)] = table
    image.directories[5] = (0x4000, len(table))
    rows = [(b".text", 0x1000, PAGE, 1 * PAGE, CODE), (b".data", 0x2000, 2 * PAGE, 2 * PAGE, DATA | (0x10000000 if shared else 0)),
            (b".reloc", 0x4000, PAGE, 3 * PAGE, RSRC)]
    sections = [struct.pack("<8sIIIIIIHHI", name, size, rva, PAGE, place, 0, 0, 0, 0, kind) for name, rva, size, place, kind in rows]
    return image.headers(sections, 5 * PAGE, PAGE).ljust(PAGE, b"\0") + bytes(image.body)


def image_section_seeds():
    """What the bytes of a script mean: tests/fuzz/image_section.cpp."""
    plain = bytes([0, 0, 1, 1]) + bytes([1, 0, 1, 4, 2, 0, 2, 8, 3, 0, 1, 0, 2, 1, 0, 2, 0, 1, 0, 5, 0, 0, 0])
    moved = bytes([1, 0, 0, 1]) + bytes([1, 0, 1, 4, 0, 1, 2, 1, 3, 0, 2, 0, 3, 3, 1, 1, 0, 3, 0, 6, 0, 0, 0])
    poor = bytes([0, 1, 9, 1, 1]) + bytes([0, 1, 4, 0, 1, 0, 1, 2, 0, 3, 3, 7, 0, 1, 1])
    files = {name: data for name, data in seeds() if name in ("everything64.exe", "everything32.exe", "flat64.exe")}
    files |= {"sections64.dll": several_sections(True), "sections32.dll": several_sections(False), "shared64.dll": several_sections(True, True)}
    for name, data in files.items():
        for script, text in (("plain", plain), ("moved", moved), ("poor", poor)):
            yield f"{script}_{name}", text.ljust(32, b"\0") + data


def main():
    for target, files in (("pe_image", seeds()), ("image_section", image_section_seeds())):
        folder = pathlib.Path(__file__).parent / target
        folder.mkdir(exist_ok=True)
        for name, data in files:
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()

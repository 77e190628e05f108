#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes generated/nls_tables.h: case, character types and code pages, from Unicode's own data.

NT keeps these in files of its own (l_intl.nls for case, locale.nls for types, c_1252.nls and kin for code
pages). Ours are made at build time from the package `unicode-data` (UnicodeData.txt, PropList.txt) and from
Python's codecs, which were made from the vendors' mapping files.

Case, as in NT's table: one UTF-16 unit to one, and only where the way back leads home (so that U+0131, U+017F
and U+00B5 stay as they are); the final sigma is the one exception, it has the upper case of any sigma.

Tables have two stages: the high byte picks a block, the low byte an entry; equal blocks are kept once.

    nls_tables.py --out FOLDER [--unicode /usr/share/unicode]
"""
import argparse
import pathlib
import unicodedata

PAGES = {437: "cp437", 850: "cp850", 1252: "cp1252"}

C1 = dict(UPPER=1, LOWER=2, DIGIT=4, SPACE=8, PUNCT=0x10, CNTRL=0x20, BLANK=0x40, XDIGIT=0x80, ALPHA=0x100, DEFINED=0x200)
# CT_CTYPE2: bidirectional classes ("GetStringTypeW function", Microsoft documentation).
C2 = {"L": 1, "R": 2, "AL": 2, "EN": 3, "ES": 4, "ET": 5, "AN": 6, "CS": 7, "B": 8, "S": 9, "WS": 10,
      "ON": 11, "NSM": 11, "BN": 11, "LRE": 11, "LRO": 11, "RLE": 11, "RLO": 11, "PDF": 11, "LRI": 11, "RLI": 11,
      "FSI": 11, "PDI": 11}
C3 = dict(NONSPACING=1, DIACRITIC=2, VOWELMARK=4, SYMBOL=8, KATAKANA=0x10, HIRAGANA=0x20, HALFWIDTH=0x40, FULLWIDTH=0x80,
          IDEOGRAPH=0x100, KASHIDA=0x200, LEXICAL=0x400, HIGHSURROGATE=0x800, LOWSURROGATE=0x1000, ALPHA=0x8000)


def read_characters(path):
    """code -> fields of UnicodeData.txt, for the BMP, ranges expanded."""
    found, first = {}, None
    for line in path.read_text(encoding="ascii").splitlines():
        fields = line.split(";")
        code = int(fields[0], 16)
        if code > 0xFFFF:
            break
        if fields[1].endswith(", First>"):
            first = code
            continue
        if fields[1].endswith(", Last>"):
            for each in range(first, code + 1):
                found[each] = fields
            continue
        found[code] = fields
    return found


def read_properties(path):
    """property -> set of codes of the BMP, from PropList.txt."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        codes, name = (part.strip() for part in line.split(";")[:2])
        low, _, high = codes.partition("..")
        for code in range(int(low, 16), min(int(high or low, 16), 0xFFFF) + 1):
            found.setdefault(name, set()).add(code)
    return found


def case_tables(characters):
    simple = lambda fields, column: int(fields[column], 16) if fields[column] else None
    upper = {c: simple(f, 12) for c, f in characters.items() if f[12]}
    lower = {c: simple(f, 13) for c, f in characters.items() if f[13]}
    bmp = lambda table: {c: t for c, t in table.items() if t <= 0xFFFF}
    upper, lower = bmp(upper), bmp(lower)
    up = [upper[c] if c in upper and lower.get(upper[c]) == c else c for c in range(0x10000)]
    down = [lower[c] if c in lower and upper.get(lower[c]) == c else c for c in range(0x10000)]
    up[0x03C2] = 0x03A3
    return [(t - c) & 0xFFFF for c, t in enumerate(up)], [(t - c) & 0xFFFF for c, t in enumerate(down)]


def type_of(code, characters, properties):
    if 0xD800 <= code <= 0xDFFF:
        return 0, 0, C3["HIGHSURROGATE"] if code < 0xDC00 else C3["LOWSURROGATE"]
    fields = characters.get(code)
    if fields is None:
        return 0, 0, 0
    category, bidi = fields[2], fields[4]
    has = lambda name: code in properties.get(name, ())
    one, three = C1["DEFINED"], 0
    if category in ("Lu", "Lt"):
        one |= C1["UPPER"] | C1["ALPHA"]
    elif category == "Ll":
        one |= C1["LOWER"] | C1["ALPHA"]
    elif category in ("Lo", "Lm"):
        one |= C1["ALPHA"]
    elif category == "Nd":
        one |= C1["DIGIT"]
    elif category in ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po") or (category[0] == "S" and code != 0xAD):
        one |= C1["PUNCT"]
    elif category == "Cc":
        one |= C1["CNTRL"]
    if code in (0xB2, 0xB3, 0xB9):
        one |= C1["DIGIT"]
    if has("White_Space"):
        one |= C1["SPACE"]
    if code == 9 or category == "Zs":
        one |= C1["BLANK"]
    if code < 0x80 and chr(code) in "0123456789abcdefABCDEF":
        one |= C1["XDIGIT"]
    name = fields[1]
    if category == "Mn":
        three |= C3["NONSPACING"] | (C3["DIACRITIC"] if has("Diacritic") else 0) | (C3["VOWELMARK"] if "VOWEL SIGN" in name else 0)
    if one & C1["ALPHA"]:
        three |= C3["ALPHA"]
        if fields[5] and not fields[5].startswith("<"):
            three |= C3["DIACRITIC"]
    if one & C1["PUNCT"] or category == "Zs":
        three |= C3["SYMBOL"]
    if "KATAKANA" in name:
        three |= C3["KATAKANA"]
    if "HIRAGANA" in name:
        three |= C3["HIRAGANA"]
    if name.startswith("HALFWIDTH"):
        three |= C3["HALFWIDTH"]
    if name.startswith("FULLWIDTH") or has("Ideographic") or 0x3040 <= code <= 0x30FF:
        three |= C3["FULLWIDTH"]
    if has("Ideographic"):
        three |= C3["IDEOGRAPH"]
    if code == 0x640:
        three |= C3["KASHIDA"]
    if code in (0x27, 0x2D, 0xAD, 0x2010, 0x2011):
        three |= C3["LEXICAL"]
    return one, C2.get(bidi, 0), three


def code_page(codec):
    """256 characters; an undefined byte stands for the C1 control of its number."""
    page = []
    for byte in range(256):
        try:
            page.append(ord(bytes([byte]).decode(codec)))
        except UnicodeDecodeError:
            page.append(byte)
    return page


def reverse(page, characters):
    """Every character's byte, with NT's best fit: the same letter without its accents, or the ASCII form of a
    compatibility character; '?' for the rest."""
    exact = {character: byte for byte, character in reversed(list(enumerate(page)))}
    looks_like = {0x2018: "'", 0x2019: "'", 0x201A: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0x2013: "-", 0x2014: "-",
                  0x2010: "-", 0x2011: "-", 0x2212: "-", 0x2022: "\u00b7", 0x2026: ".", 0x2039: "<", 0x203A: ">",
                  0x2044: "/", 0x2215: "/", 0x0131: "i", 0x0110: "D", 0x0111: "d", 0x0141: "L", 0x0142: "l",
                  0x03BC: "\u00b5", 0x00A9: "c", 0x00AE: "r", 0x00D7: "x", 0x00D8: "O", 0x00F8: "o", 0x0152: "O",
                  0x0153: "o", 0x0192: "f", 0x02C6: "^", 0x02DC: "~", 0x221E: "8", 0x00A6: "|", 0x00AB: "<", 0x00BB: ">"}
    result = []
    for code in range(0x10000):
        byte = exact.get(code)
        if byte is None and code in looks_like:
            byte = exact.get(ord(looks_like[code]))
        if byte is None and not 0xD800 <= code <= 0xDFFF and code in characters:
            plain = unicodedata.normalize("NFKD", chr(code))
            if plain and plain[0] != chr(code) and all(unicodedata.combining(c) for c in plain[1:]):
                byte = exact.get(ord(plain[0]))
        result.append(0x3F if byte is None else byte)
    return result


class Writer:
    def __init__(self):
        self.parts = []

    def array(self, element, name, values, shape=""):
        lines, line = [], ""
        for value in values:
            piece = f"{value},"
            if len(line) + len(piece) > 110:
                lines.append(line)
                line = ""
            line += piece
        lines.append(line)
        self.parts.append(f"inline constexpr {element} {name}[{shape or len(values)}] = {{\n" + "\n".join(lines) + "\n};\n")

    def staged(self, element, name, values):
        blocks, index = {}, []
        for high in range(256):
            block = tuple(values[high * 256:high * 256 + 256])
            index.append(blocks.setdefault(block, len(blocks)))
        self.array("std::uint8_t", f"{name}_index", index)
        self.array(element, f"{name}_blocks", [value for block in blocks for value in block])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--unicode", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode"))
    options = parser.parse_args()
    characters = read_characters(options.unicode / "UnicodeData.txt")
    properties = read_properties(options.unicode / "PropList.txt")
    writer = Writer()
    upcase, downcase = case_tables(characters)
    writer.staged("std::uint16_t", "upcase", upcase)
    writer.staged("std::uint16_t", "downcase", downcase)
    classes, numbers = {}, []
    for code in range(0x10000):
        numbers.append(classes.setdefault(type_of(code, characters, properties), len(classes)))
    writer.staged("std::uint8_t", "type", numbers)
    writer.array("std::uint16_t", "types", [value for triple in classes for value in triple])
    for number, codec in PAGES.items():
        page = code_page(codec)
        writer.array("char16_t", f"page_{number}", page)
        writer.staged("std::uint8_t", f"from_{number}", reverse(page, characters))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "nls_tables.h").write_text(
        "// SPDX-License-Identifier: MIT\n// nls_tables.h: generated by tools/nls_tables.py from Unicode's data.\n"
        "#pragma once\n\n#include <cstdint>\n\n// Two stages: table_blocks[table_index[c >> 8] * 256 + (c & 255)].\n"
        "namespace oriel::nls {\n\n" + "\n".join(writer.parts) + "\n} // namespace oriel::nls\n")


if __name__ == "__main__":
    main()

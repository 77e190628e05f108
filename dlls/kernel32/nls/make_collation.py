#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the collation weights of kernel32: make_collation.py UNICODE_FOLDER OUTPUT.

NT sorts by four levels: the alphabetic weight (script member, then a number in it), the diacritic weight, the
case weight, and special weights for the characters that a word sort skips (hyphen, apostrophe). The
published weights of ASCII (they can be read off LCMapString's sort keys) are listed below; everything else is
derived from Unicode's data: a letter with a decomposition sorts as its base letter with a diacritic weight, and
other characters by their general category and code.

The tables have two stages: the high byte of a character picks a block, the low byte an entry in it.
"""
import pathlib
import sys

LETTERS = {"a": 0x02, "b": 0x09, "c": 0x0A, "d": 0x1A, "e": 0x21, "f": 0x23, "g": 0x25, "h": 0x2C, "i": 0x32, "j": 0x35,
           "k": 0x36, "l": 0x48, "m": 0x51, "n": 0x70, "o": 0x7C, "p": 0x7E, "q": 0x89, "r": 0x8A, "s": 0x91, "t": 0x99,
           "u": 0x9F, "v": 0xA2, "w": 0xA4, "x": 0xA6, "y": 0xA7, "z": 0xA9}
DIGITS = [0x03, 0x21, 0x33, 0x46, 0x58, 0x6A, 0x7C, 0x8E, 0xA0, 0xB2]
PUNCTUATION = {" ": 0x0702, "!": 0x071C, '"': 0x071D, "#": 0x071F, "$": 0x0721, "%": 0x0723, "&": 0x0725, "(": 0x0727,
               ")": 0x072A, "*": 0x072D, ",": 0x072F, ".": 0x0733, "/": 0x0735, ":": 0x0737, ";": 0x0739, "?": 0x073C,
               "@": 0x073E, "[": 0x073F, "\\": 0x0741, "]": 0x0742, "^": 0x0743, "_": 0x0744, "`": 0x0748, "{": 0x074A,
               "|": 0x074C, "}": 0x074E, "~": 0x0750, "+": 0x0803, "<": 0x080E, "=": 0x0812, ">": 0x0814}
# Skipped by a word sort, and told apart at the last level.
SPECIAL = {0x2D: 0x82, 0x27: 0x80, 0x2010: 0x83, 0x2011: 0x84, 0xAD: 0x81}
# Letters of their own that sort next to another one: as it, with a diacritic weight.
NEXT_TO = {0x00F8: "o", 0x00D8: "o", 0x0111: "d", 0x0110: "d", 0x0142: "l", 0x0141: "l", 0x0127: "h", 0x0126: "h",
           0x0131: "i", 0x0167: "t", 0x0166: "t", 0x014B: "n", 0x014A: "n", 0x00F0: "d", 0x00D0: "d", 0x017F: "s"}
# Combining marks and their diacritic weights; others count up from 0x20.
MARKS = {0x0301: 0x0E, 0x0300: 0x0F, 0x0302: 0x12, 0x0308: 0x13, 0x0303: 0x19, 0x030A: 0x1A, 0x0327: 0x1C, 0x030C: 0x14,
         0x0306: 0x15, 0x0304: 0x17, 0x0307: 0x10, 0x0328: 0x1B, 0x030B: 0x1D}


def main():
    folder = pathlib.Path(sys.argv[1])
    info = {}
    ranges = []
    first = None
    for line in (folder / "UnicodeData.txt").read_text(encoding="ascii").splitlines():
        f = line.split(";")
        code = int(f[0], 16)
        if code > 0xFFFF:
            break
        if f[1].endswith("First>"):
            first = code
        elif f[1].endswith("Last>"):
            ranges.append((first, code, f[2]))
        info[code] = (f[2], f[5], f[13])
    for low, high, category in ranges:
        for code in range(low, high + 1):
            info[code] = (category, "", "")

    weights = {}

    def base_and_marks(code):
        marks = []
        while code in info and info[code][1] and not info[code][1].startswith("<"):
            parts = [int(p, 16) for p in info[code][1].split()]
            marks += parts[1:]
            code = parts[0]
        return code, marks

    def lower(code):
        return int(info[code][2], 16) if code in info and info[code][2] else code

    other_letter = 0
    others = {}
    symbol = 0
    for code in sorted(info):
        category, decomposition, _ = info[code]
        character = chr(code)
        if code in SPECIAL:
            weights[code] = (0x0600 | SPECIAL[code], 2, 2)
            continue
        if category in ("Cc", "Cf", "Cn", "Co", "Cs"):
            weights[code] = (0, 0, 0) if category != "Co" else (0xFF00, 2, 2)
            if character in "\t\n\v\f\r":
                weights[code] = (0x0705 + "\t\n\v\f\r".index(character), 2, 2)
            continue
        if category == "Mn":
            weights[code] = (0x0001, MARKS.get(code, 0x20 + code % 0x40), 2)
            continue
        if character in PUNCTUATION:
            weights[code] = (PUNCTUATION[character], 2, 2)
            continue
        base, marks = base_and_marks(code)
        compatibility = decomposition.startswith("<wide>") or decomposition.startswith("<narrow>")
        if compatibility:
            base = int(decomposition.split()[1], 16)
            base, marks = base_and_marks(base)
        diacritic = 2 + sum(MARKS.get(m, 0x20 + m % 0x40) for m in marks)
        case = 2 if lower(base) == base and lower(code) == code else 0x12
        if compatibility:
            case += 1
        plain = lower(base)
        if plain in NEXT_TO or code in NEXT_TO:
            letter = NEXT_TO.get(plain, NEXT_TO.get(code))
            weights[code] = (0x0E00 | LETTERS[letter], min(diacritic + 0x1F, 0xFF), case)
        elif chr(plain) in LETTERS:
            weights[code] = (0x0E00 | LETTERS[chr(plain)], min(diacritic, 0xFF), case)
        elif chr(base) in "0123456789":
            weights[code] = (0x0C00 | DIGITS[int(chr(base))], min(diacritic, 0xFF), case)
        elif 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0xF900 <= code <= 0xFAFF:
            continue  # ideographs and Hangul syllables sort by code: collation.cpp computes them
        elif category.startswith("L"):
            if plain not in others:
                others[plain] = 0x0F02 + other_letter + other_letter // 0xFD * 3
                other_letter += 1
            weights[code] = (others[plain], min(diacritic, 0xFF), case)
        else:
            symbol += 1
            weights[code] = (0x0900 + symbol % 0x2FE, 2 + symbol // 0x2FE, 2)

    blocks, index = [], []
    for high in range(256):
        block = tuple(weights.get(high << 8 | low, (0, 0, 0)) for low in range(256))
        if block not in blocks:
            blocks.append(block)
        index.append(blocks.index(block))
    out = ["// Generated by make_collation.py from UnicodeData.txt."]
    out.append("constexpr unsigned char collation_index[256] = {" + ", ".join(map(str, index)) + "};")
    out.append(f"constexpr CollationWeight collation_weights[{len(blocks)}][256] = {{")
    for block in blocks:
        out.append("    {" + ", ".join(f"{{{a}, {d}, {c}}}" for a, d, c in block) + "},")
    out.append("};")
    pathlib.Path(sys.argv[2]).write_text("\n".join(out) + "\n", encoding="ascii")


main()

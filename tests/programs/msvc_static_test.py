#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs built by Microsoft's compiler with its static runtime: libwebp's tools as Google ships them."""
from programs import Workshop, require

shop = Workshop()
BIN = shop.npm_package("webp-converter", "3.0.1") / "bin" / "libwebp_win64" / "bin"


def gif(width, height, frames):
    """An animated GIF with one colour a frame, LZW-coded as plainly as the format allows."""
    out = bytearray(b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\x91\x00\x00")
    out += bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    for frame in range(frames):
        out += b"\x21\xf9\x04\x00\x0a\x00\x00\x00"
        out += b"\x2c" + bytes(4) + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\x00\x02"
        codes = []
        for _ in range(width * height):
            codes += [4, frame % 4]  # a clear code before each pixel keeps the code size at 3 bits
        codes.append(5)
        bits, count, data = 0, 0, bytearray()
        for code in codes:
            bits |= code << count
            count += 3
            while count >= 8:
                data.append(bits & 255)
                bits >>= 8
                count -= 8
        data.append(bits & 255)
        for start in range(0, len(data), 255):
            piece = data[start:start + 255]
            out += bytes([len(piece)]) + piece
        out += b"\x00"
    return bytes(out + b"\x3b")


folder = shop.fresh_folder("msvc_static")
(folder / "in.gif").write_bytes(gif(48, 32, 3))
shop.run(BIN / "gif2webp.exe", "-q", "80", "in.gif", "-o", "out.webp", cwd=folder)
require((folder / "out.webp").read_bytes()[:4] == b"RIFF", "gif2webp wrote a WebP file")
info = shop.run(BIN / "webpinfo.exe", "-quiet", "out.webp", cwd=folder, expect=None)
require(info.returncode == 0, f"webpinfo finds no error in it: {info.stdout!r}")
told = shop.run(BIN / "webpmux.exe", "-info", "out.webp", cwd=folder).stdout
require(b"Canvas size: 48 x 32" in told, f"webpmux tells its size: {told!r}")
require(b"Number of frames: 3" in told, f"webpmux counts its frames: {told!r}")
shop.run(BIN / "webpmux.exe", "-get", "frame", "2", "out.webp", "-o", "frame.webp", cwd=folder)
require((folder / "frame.webp").stat().st_size > 20, "webpmux took a frame out")
missing = shop.run(BIN / "webpmux.exe", "-info", "missing.webp", cwd=folder, expect=None)
require(missing.returncode != 0, "a missing file is an error")
print("gif2webp, webpinfo and webpmux do their work")

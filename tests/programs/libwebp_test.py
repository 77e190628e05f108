#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""libwebp's cwebp and dwebp, cross-built and native: the same bytes from both, with threads."""
import random

from build import MINGW, libwebp
from programs import Workshop, native, require

shop = Workshop()
ours = libwebp(shop, MINGW, ".exe")
theirs = libwebp(shop, "gcc", "")
folder = shop.fresh_folder("libwebp")

chance = random.Random(1)
width, height = 640, 480
rows = bytearray()
for y in range(height):
    for x in range(width):
        rows += bytes([(x * y) & 255, (x + 2 * y) & 255, chance.randrange(32)])
(folder / "picture.ppm").write_bytes(b"P6\n%d %d\n255\n" % (width, height) + rows)

for name, options in {"lossy": ["-q", "75", "-mt", "-m", "6"], "lossless": ["-lossless", "-m", "4"]}.items():
    shop.run(ours["cwebp"], "-quiet", *options, "picture.ppm", "-o", f"{name}.webp", cwd=folder)
    native(str(theirs["cwebp"]), "-quiet", *options, "picture.ppm", "-o", f"{name}_native.webp", cwd=folder)
    require((folder / f"{name}.webp").read_bytes() == (folder / f"{name}_native.webp").read_bytes(), f"{name}: the same bytes as natively")
    shop.run(ours["dwebp"], "-quiet", f"{name}.webp", "-ppm", "-o", f"{name}.ppm", cwd=folder)
require((folder / "lossless.ppm").read_bytes() == (folder / "picture.ppm").read_bytes(), "lossless means lossless")
shop.run(ours["dwebp"], "missing.webp", "-o", "x.ppm", cwd=folder, expect=255)
print("cwebp and dwebp compress and unpack, byte for byte as natively")

# SPDX-License-Identifier: MIT
"""A million blocks: every format agrees with what the program says; the page's own script too, where there is a Chromium."""
import base64
import html
import json
import pathlib
import re
import shutil
import subprocess

from samples import Samples, check_sums, require

samples = Samples()
BLOCKS = 1_000_000


def said(output):
    return tuple(map(int, re.search(r"(\d+) blocks with (\d+) bytes", output).groups()))


def script(page, name):
    return re.search(rf'<script[^>]*id="{name}">(.*?)</script>', page, re.DOTALL)[1]


def unpacked_sums(snapshot, packed):
    """Busy blocks and bytes of the second heap, from the page's data (loader/observe/packed_blocks.h)."""
    at = sum(segment["packed"] for segment in snapshot["heaps"][0]["segments"])
    end = at + sum(segment["packed"] for segment in snapshot["heaps"][1]["segments"])
    numbers, value, shift = [], 0, 0
    for byte in packed[at:end]:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    sizes = [number >> 2 for number in numbers[1::3] if number & 1 == 0]
    return len(sizes), sum(sizes)


[snapshot], output = samples.snapshots("heap", "many_blocks", BLOCKS)
check_sums(snapshot)
figures = snapshot["heaps"][1]["figures"]
require(said(output) == (figures["busy_blocks"], figures["busy_bytes"]), f"JSON: {figures} but the program says {output}")

page_file = pathlib.Path(samples.scratch.name) / "map.html"
output = samples.call("heap", f"--html={page_file}", samples.program("many_blocks"), BLOCKS).stdout
page = page_file.read_text()
embedded = json.loads(script(page, "snapshot"))
packed = base64.b64decode(script(page, "blocks"))
require(unpacked_sums(embedded, packed) == said(output), "the page holds every block")
require(len(page) < 8 * BLOCKS, f"the page is compact: {len(page)} bytes")

text = samples.call("heap", samples.program("many_blocks"), BLOCKS).stderr
require(f"{said(output)[0]:,} blocks," in text, "the text counts them")

chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if chromium:
    result = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=8000", "--dump-dom", page_file.as_uri()],
                            capture_output=True, text=True, timeout=300)
    sums = re.search(r'data-sums="([^"]*)"', result.stdout)
    require(sums is not None, f"the page's script runs: {result.stderr[-1000:]}")
    seen = json.loads(html.unescape(sums[1]))
    all_busy = [sum(heap["figures"][name] for heap in embedded["heaps"]) for name in ("busy_blocks", "busy_bytes")]
    require([seen["busy_blocks"], seen["busy_bytes"]] == all_busy, f"the page's script sees {seen}, oriel counted {all_busy}")
    require("data-drawn" in result.stdout, "the map was drawn")
    print("the page was opened")
print(f"{BLOCKS:,} blocks: JSON, page and text agree with the program")

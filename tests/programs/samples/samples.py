# SPDX-License-Identifier: MIT
"""What the samples' tests share: running a sample plainly, with `oriel heap`, with `oriel vm`."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile


class Samples:
    """Arguments of every test: ORIEL SAMPLES_FOLDER."""

    def __init__(self):
        if len(sys.argv) != 3:
            sys.exit("usage: TEST.py ORIEL SAMPLES_FOLDER")
        self.oriel = str(pathlib.Path(sys.argv[1]).resolve())
        self.folder = pathlib.Path(sys.argv[2]).resolve() / "x86_64"
        if not (self.folder / "many_blocks.exe").exists():
            sys.exit(f"{self.folder}: the samples are not built (ninja samples)")
        self.scratch = tempfile.TemporaryDirectory(prefix="oriel-samples-")

    def program(self, name):
        return str(self.folder / (name + ".exe"))

    def call(self, *arguments, expect=0):
        result = subprocess.run([self.oriel, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                                cwd=self.folder, env={**os.environ, "ORIEL_LOG": "quiet"})
        if expect is not None and result.returncode != expect:
            sys.exit(f"oriel {' '.join(map(str, arguments))}: exit code {result.returncode}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}")
        return result

    def output(self, name, *arguments):
        return self.call(self.program(name), *arguments).stdout

    def snapshots(self, command, name, *arguments, options=(), expect=0):
        """The JSON snapshots of a run, in their order; and what the program printed."""
        first = pathlib.Path(self.scratch.name) / f"{name}.json"
        for old in first.parent.glob(f"{name}*.json"):
            old.unlink()
        result = self.call(command, *options, "--json", "-o", first, self.program(name), *arguments, expect=expect)
        files = [first] + [first.with_suffix(f".{number}.json") for number in range(2, 9)]
        return [json.loads(file.read_text()) for file in files if file.exists()], result.stdout


def require(condition, sentence):
    if not condition:
        sys.exit(f"failed: {sentence}")


def use(snapshot, wanted):
    return [region for region in snapshot["regions"] if region["use"] == wanted]


def check_sums(snapshot):
    """What must hold in every snapshot."""
    at = 0x10000
    for region in snapshot["regions"]:
        require(int(region["base"], 16) == at, f"regions follow each other without a gap: {region['base']} after {at:#x}")
        require(region["bytes"] > 0 and region["bytes"] % 4096 == 0, f"a region has whole pages: {region}")
        at += region["bytes"]
    for heap in snapshot["heaps"]:
        figures = heap["figures"]
        blocks = [block for segment in heap["segments"] for block in segment["blocks"]] + heap["large"]
        busy = [block for block in blocks if block[3] in ("busy", "front-end busy")]
        require(figures["busy_blocks"] == len(busy), f"heap {heap['index']}: the busy blocks are counted")
        require(figures["busy_bytes"] == sum(block[1] for block in busy), f"heap {heap['index']}: their bytes are added up")
        for segment in heap["segments"]:
            require(segment["block_count"] == len(segment["blocks"]), "a segment's blocks are counted")
            end = 0
            for address, size, overhead, state in segment["blocks"]:
                start = int(address, 16)
                require(start >= end, f"blocks do not overlap: {address}")
                end = start + size
            named = [region for region in snapshot["regions"] if region["allocation_base"] == segment["base"]]
            require(named and all(region["use"] == "heap" for region in named), f"segment {segment['base']} is a heap in the address space")

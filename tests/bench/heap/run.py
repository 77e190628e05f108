#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the heap beside malloc's best, in one run, and writes the tables into README.md.

    tests/bench/heap/run.py [--rounds 5] [--rows lifo,random] [--without wine,glibc] [--oriel PATH] [--write]

Every round runs each row with each allocator in turn, each in a process of its own; a ratio is the median of the
rounds' ratios, so that a machine whose speed drifts favours nobody. Peak memory is the process' largest resident
set without that of the row "nothing" (for a trace: without that of reading it).
"""
import argparse
import lzma
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
BEGIN, END = "<!-- tables: written by run.py -->", "<!-- end of the tables -->"
ROWS = {
    "lifo": "100 blocks of 16 to 128 bytes, freed in reverse",
    "random": "16 to 1,024 bytes at random over 10,000 slots",
    "mid": "1 to 64 KiB over 1,000 slots",
    "large": "64 KiB to 1 MiB over 100 slots",
    "random2": "random, two threads on one heap",
    "random4": "random, four threads on one heap",
    "passed": "one thread allocates, another frees",
    "grow": "16 blocks grown by a quarter up to 1 MiB",
    "sqlite": "trace of sqlite3: queries, updates, an index",
    "clang": "trace of clang++: a small file, optimised",
}
PRELOAD = {"mimalloc": "libmimalloc.so.2", "jemalloc": "libjemalloc.so.2", "glibc": None}


def library(name):
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"):
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return None


def find_wine():
    for path in ("wine", "wine64", "/usr/lib/wine/wine64", "/usr/lib/wine/wine"):
        if found := shutil.which(path):
            return found
    return None


def build(folder):
    flags = ["-O2", "-Wall"]
    subprocess.run(["g++", *flags, "-o", folder / "heap_bench", HERE / "heap_bench.cpp", "-lpthread"], check=True)
    subprocess.run(["x86_64-w64-mingw32-g++", *flags, "-static", "-o", folder / "heap_bench.exe", HERE / "heap_bench.cpp"],
                   check=True)
    for packed in (HERE / "traces").glob("*.trace.xz"):
        (folder / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))


class Allocator:
    def __init__(self, name, command, environment=None, tail=()):
        self.name, self.command, self.environment, self.tail = name, command, environment or {}, list(tail)

    def run(self, row):
        """ns per operation, live blocks, KiB of peak resident memory"""
        # GNU time starts the program from a small process: what Python would read counts its own memory too.
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        command = ["time", "-f", "%M", "env", *settings, *map(str, self.command), row, "1", *self.tail]
        done = subprocess.run(command, env={**os.environ, "WINEDEBUG": "-all"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True)
        words = done.stdout.split()
        if done.returncode != 0 or len(words) != 4:
            sys.exit(f"{self.name}: row {row} failed: {done.stderr}")
        return float(words[0]), float(words[2]), int(done.stderr.split()[-1])


def allocators(folder, options):
    native, guest = folder / "heap_bench", folder / "heap_bench.exe"
    found = [Allocator("oriel", [options.oriel, guest])]
    for name, preload in PRELOAD.items():
        if preload is None:
            found.append(Allocator(name, [native]))
        elif path := library(preload):
            found.append(Allocator(name, [native], {"LD_PRELOAD": path}))
    found.append(Allocator("oriel, HeapCreate", [options.oriel, guest], tail=["private"]))
    if wine := find_wine():
        found.append(Allocator("wine", [wine, guest]))
    return [each for each in found if each.name not in options.without.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--without", default="", help="allocators to leave out")
    parser.add_argument("--oriel", type=pathlib.Path, default=ROOT / "build/release/bin/oriel")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    options.oriel = options.oriel.resolve()
    rows = options.rows.split(",")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        build(folder)
        all_of_them = allocators(folder, options)
        times = {each.name: {row: [] for row in rows} for each in all_of_them}
        memory, base, live = {each.name: {} for each in all_of_them}, {}, {}
        for each in all_of_them:
            base[each.name] = each.run("nothing")[2]
        for number in range(options.rounds):
            for row in rows:
                for each in all_of_them:
                    is_trace = (folder / f"{row}.trace").exists()
                    argument = f"trace:{folder / row}.trace" if is_trace else row
                    nanoseconds, live[row], peak = each.run(argument)
                    times[each.name][row].append(nanoseconds)
                    if is_trace and (row, each.name) not in base:
                        base[row, each.name] = each.run(f"load:{folder / row}.trace")[2]
                    peak -= base.get((row, each.name), base[each.name])
                    memory[each.name][row] = min(memory[each.name].get(row, peak), peak)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)

    def ratio(row, name, of="mimalloc"):
        return statistics.median(a / b for a, b in zip(times[name][row], times[of][row]))

    names = [each.name for each in all_of_them]
    lines = [f"Measured on {os.cpu_count()} processors; medians of {options.rounds} rounds.", "",
             "| row | " + " | ".join(f"{name}, ns" for name in names) + " | oriel / mimalloc |",
             "|---|" + "---|" * (len(names) + 1)]
    for row in rows:
        cells = [f"{statistics.median(times[name][row]):.1f}" for name in names]
        lines.append(f"| {ROWS[row]} | " + " | ".join(cells) + f" | {ratio(row, 'oriel'):.2f} |")
    means = []
    for name in names:
        if name == "mimalloc" or "mimalloc" not in names:
            continue
        mean = math.exp(statistics.fmean(math.log(ratio(row, name)) for row in rows))
        means.append(f"{name} {mean:.2f}")
    lines += ["", "Geometric mean of the times, as a multiple of mimalloc's: " + ", ".join(means) + "."]
    if "wine" in names:
        mean = math.exp(statistics.fmean(math.log(ratio(row, "wine", "oriel")) for row in rows))
        lines.append(f"Wine's, as a multiple of oriel's: {mean:.1f}.")
    if "random" in rows and "random2" in rows:
        for name in ("oriel", "oriel, HeapCreate", "mimalloc"):
            if name in names:
                scale = statistics.median(a / b for a, b in zip(times[name]["random"], times[name]["random2"]))
                lines.append(f"Two threads do {scale:.2f} times what one does ({name}).")
    lines += ["", "Peak memory in MiB; the bound is 1.2 times mimalloc's and 16 bytes for each live block.", "",
              "| row | " + " | ".join(names) + " | bound |", "|---|" + "---|" * (len(names) + 1)]
    for row in rows:
        bound = (memory["mimalloc"][row] * 1.2 + live[row] * 16 / 1024) / 1024 if "mimalloc" in names else 0
        cells = [f"{memory[name][row] / 1024:.1f}" for name in names]
        lines.append(f"| {ROWS[row]} | " + " | ".join(cells) + f" | {bound:.1f} |")
    text = "\n".join(lines)
    print(text)
    if options.write:
        readme = HERE / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()

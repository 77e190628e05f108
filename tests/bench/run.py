#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures oriel beside native programs and Wine, in pairs and in one run, and writes the table into README.md.

    tests/bench/run.py [--runs 15] [--oriel build/release/bin/oriel] [--write]

Each row compares two commands that are run in turn (A B A B ...), so that a machine whose speed drifts does not favour
one of them; a figure is the median, a ratio the median of the pairs' ratios.
"""
import argparse
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BEGIN, END = "<!-- table: written by run.py -->", "<!-- end of the table -->"


def build(folder):
    programs = {}
    for name in ("hello", "cpu_bound", "file_4k", "vm"):
        subprocess.run(["gcc", "-O2", "-o", folder / name, HERE / f"{name}.c"], check=True)
        programs[name] = folder / name
    for name in ("hello", "cpu_bound", "file_4k", "gate", "vm"):
        subprocess.run(["x86_64-w64-mingw32-gcc", "-O2", "-o", folder / f"{name}.exe", HERE / f"{name}.c"], check=True)
        programs[f"{name}.exe"] = folder / f"{name}.exe"
    here = HERE / "exceptions"
    subprocess.run(["gcc", "-O2", "-o", folder / "faults", here / "faults.c"], check=True)
    subprocess.run(["x86_64-w64-mingw32-gcc", "-O2", "-o", folder / "faults.exe", here / "faults.c"], check=True)
    subprocess.run(["g++", "-O2", "-o", folder / "throw_catch", here / "throw_catch.cpp"], check=True)
    subprocess.run(["x86_64-w64-mingw32-g++-posix", "-static", "-O2", "-o", folder / "throw_catch.exe", here / "throw_catch.cpp"], check=True)
    return programs


def printed(command, cwd):
    """A program that measures itself prints one number."""
    return float(subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=True,
                                env={**os.environ, "WINEDEBUG": "-all"}).stdout)


def exception_rows(oriel, wine, folder, runs):
    """Nanoseconds, from pairs of programs that measure the same in turn."""
    commands = [("RaiseException to a vectored handler", ["faults.exe", "raise"], None, "Wine", "1.0, 1000 ns"),
                ("access violation to a handler and back", ["faults.exe", "fault"], ["./faults", "fault"], "SIGSEGV", "2.0"),
                ("C++ throw through ten frames, and catch", ["throw_catch.exe", "10"], ["./throw_catch", "10"], "native", "1.5")]
    for what, guest, native, name, bound in commands:
        beside = native or ([wine, *guest] if wine else None)
        pairs = [(printed([oriel, *guest], folder), printed(beside, folder) if beside else None) for _ in range(runs)]
        ours = statistics.median(pair[0] for pair in pairs)
        if not beside:
            yield what, f"{ours:.0f} ns", "", "", bound
            continue
        ratio = statistics.median(a / b for a, b in pairs)
        yield what, f"{ours:.0f} ns", f"{name}: {statistics.median(pair[1] for pair in pairs):.0f} ns", f"{ratio:.2f}", bound


def once(command, cwd):
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL, env={**os.environ, "WINEDEBUG": "-all"})
    return time.perf_counter() - start


def pair(a, b, runs, cwd):
    once(a, cwd), once(b, cwd)
    first, second = [], []
    for _ in range(runs):
        first.append(once(a, cwd))
        second.append(once(b, cwd))
    ratios = [x / y for x, y in zip(first, second)]
    return statistics.median(first), statistics.median(second), statistics.median(ratios)


def printed_pair(a, b, case, runs):
    """Like pair(), of the nanoseconds that the programs print for a case."""
    def nanoseconds(command):
        words = subprocess.run([*map(str, command), case], capture_output=True, text=True, check=True).stdout.split()
        return float(words[words.index(case) + 1])
    pairs = [(nanoseconds(a), nanoseconds(b)) for _ in range(runs)]
    first, second = zip(*pairs)
    return statistics.median(first), statistics.median(second), statistics.median(x / y for x, y in pairs)


def peak_memory(command):
    """In MB, as GNU time tells it: what Python itself would read includes its own memory before the exec."""
    if shutil.which("time") is None:
        return None
    result = subprocess.run(["time", "-f", "%M", *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(result.stderr.split()[-1]) / 1024


def find_wine():
    for path in ("wine", "wine64", "/usr/lib/wine/wine64", "/usr/lib/wine/wine"):
        if found := shutil.which(path):
            return found
    return None


def milliseconds(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--oriel", type=pathlib.Path, default=ROOT / "build/release/bin/oriel")
    parser.add_argument("--seven-zip", type=pathlib.Path, help="a 7za.exe, to compress 100 MB with")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    oriel, wine = options.oriel.resolve(), find_wine()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        programs = build(folder)

        def row(what, a, b, name, bound, runs=options.runs):
            x, y, ratio = pair(a, b, runs, folder)
            rows.append((what, milliseconds(x), f"{name}: {milliseconds(y)}", f"{ratio:.2f}", bound))
            print(" | ".join(rows[-1]), file=sys.stderr)

        row("hello", [oriel, programs["hello.exe"]], [programs["hello"]], "native", "2.0", options.runs * 10)
        if wine:
            row("hello", [oriel, programs["hello.exe"]], [wine, programs["hello.exe"]], "Wine, warm", "0.2")
        if memory := peak_memory([oriel, programs["hello.exe"]]):
            rows.append(("hello, resident memory", f"{memory:.1f} MB", "", "", "12 MB"))
        row("CPU-bound program", [oriel, programs["cpu_bound.exe"]], [programs["cpu_bound"]], "native", "1.03")
        row("64 MiB in 4 KiB pieces, 3 times", [oriel, programs["file_4k.exe"], "a.tmp"], [programs["file_4k"], "b.tmp"], "native", "1.3")
        gate = [float(subprocess.run([oriel, programs["gate.exe"]], capture_output=True, text=True, check=True).stdout) for _ in range(5)]
        rows.append(("a trivial service", f"{statistics.median(gate):.1f} ns", "", "", "25 ns"))
        for case, what, name, bound in (("alloc", "VirtualAlloc and VirtualFree of 64 KiB", "mmap, munmap", "1.3"),
                                        ("touch", "the same, every page written", "mmap, munmap", "1.3"),
                                        ("guard", "arming and hitting a guard page", "mprotect, SIGSEGV", "2.0"),
                                        ("watch", "resetting and writing a watched page", "mprotect, SIGSEGV", "2.0")):
            x, y, ratio = printed_pair([oriel, programs["vm.exe"]], [programs["vm"]], case, options.runs)
            rows.append((what, f"{x:.0f} ns", f"{name}: {y:.0f} ns", f"{ratio:.2f}", bound))
            print(" | ".join(rows[-1]), file=sys.stderr)
        for cells in exception_rows(oriel, wine, folder, options.runs):
            rows.append(cells)
            print(" | ".join(cells), file=sys.stderr)
        if options.seven_zip and wine:
            seven = options.seven_zip.resolve()
            with open(folder / "input.bin", "wb") as out:
                for number in range(100):
                    out.write(os.urandom(1 << 19) + bytes(range(256)) * (1 << 11))
            command = [seven, "a", "-mmt2", "-mx3", "-y"]
            row("7za compresses 100 MB", [oriel, *command, "a.7z", "input.bin"], [wine, *command, "b.7z", "input.bin"], "Wine", "1.05", 3)
    table = ["| what | oriel | beside | ratio | bound |", "|---|---|---|---|---|"] + [f"| {' | '.join(cells)} |" for cells in rows]
    text = "\n".join(table)
    print(text)
    if options.write:
        readme = HERE / "README.md"
        old = readme.read_text()
        head, tail = old.split(BEGIN)[0], old.split(END)[1]
        cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
        note = f"\nMeasured on {os.cpu_count()} processors ({cpu}), medians of {options.runs} pairs or more.\n\n"
        readme.write_text(head + BEGIN + note + text + "\n" + END + tail)


if __name__ == "__main__":
    main()

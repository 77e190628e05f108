#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory faults are told: page heap, leaks, refused allocations, corruption. The program is faults/faults.c."""
import json
import re
import shutil
import subprocess

from programs import HERE, Workshop, require, skip

shop = Workshop()
COMPILER = shutil.which("x86_64-w64-mingw32-gcc")
if COMPILER is None:
    skip("there is no mingw-w64 to build the program with")
folder = shop.fresh_folder("faults")
PROGRAM = folder / "faults.exe"
subprocess.run([COMPILER, "-O1", "-w", "-o", PROGRAM, HERE / "faults" / "faults.c"], check=True)

ACCESS_VIOLATION, BREAKPOINT, CORRUPTION = 0xC0000005, 0x80000003, 0xC0000374


def run(case, *options, exit_status=0):
    code = folder / "exit"
    result = subprocess.run([shop.oriel, f"--exit-code-file={code}", *options, PROGRAM, case], cwd=folder, capture_output=True, timeout=300)
    require(int(code.read_text(), 16) == exit_status, f"{case} with {options} ends with {exit_status:#x}: {code.read_text()} {result.stderr.decode()}")
    return result.stdout.decode().replace("\r\n", "\n"), result.stderr.decode()


def told(report, *patterns):
    for pattern in patterns:
        require(re.search(pattern, report, re.M), f"the report says {pattern!r}:\n{report}")


HERE_LINE = r"^  here:      .*faults\.exe!\w+\+0x"
ALLOCATED = r"^  allocated: ntdll\.dll!Rtlp?AllocateHeap\+0x\w+ < faults\.exe!\w+\+0x"
FREED = r"^  freed:     ntdll\.dll!Rtlp?FreeHeap\+0x\w+ < faults\.exe!\w+\+0x"

# Full page heap: at the instruction.
_, report = run("overrun", "--page-heap", exit_status=ACCESS_VIOLATION)
told(report, "it writes behind the end of a block", "of 40 bytes", "8 bytes behind its end", r"^  here:      faults\.exe!overrun\+0x", ALLOCATED,
     "STATUS_ACCESS_VIOLATION")
_, report = run("use-after-free", "--page-heap", exit_status=ACCESS_VIOLATION)
told(report, "it reads in a block that was freed", "of 100 bytes", "10 bytes into it", ALLOCATED, FREED)
_, report = run("underrun", "--page-heap=full,backwards", exit_status=ACCESS_VIOLATION)
told(report, "it writes before the beginning of a block", "4 bytes before it", ALLOCATED)
_, report = run("overrun-by-one", "--page-heap=full,unaligned", exit_status=ACCESS_VIOLATION)
told(report, "it writes behind the end of a block", "0 bytes behind its end")
_, report = run("overrun", "--gflags=+hpa", exit_status=ACCESS_VIOLATION)
told(report, "it writes behind the end of a block")

# A program that handles the exception is told of once.
out, report = run("handled", "--page-heap")
require(out.count("handled") == 3, f"three exceptions are handled: {out}")
require(report.count("heap fault") == 1, f"one place, one report: {report}")

# What only a check at the free can see; both kinds of page heap.
for kind in "full", "normal":
    _, report = run("overrun-by-one", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "something was written behind the end", "of 41 bytes", "0 bytes behind its end", "found:     78", HERE_LINE, ALLOCATED, "stop 0xF")
    _, report = run("underrun", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "something was written before the beginning", "4 bytes before it", "stop 0x10")
    _, report = run("double-free", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "freed before", ALLOCATED, FREED, "stop 0x7")
    _, report = run("wrong-heap", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "another heap than its own", "the call names heap", "stop 0x6")
    _, report = run("foreign", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "at which no block begins", HERE_LINE)
    _, report = run("interior", f"--page-heap={kind}", exit_status=BREAKPOINT)
    told(report, "at which no block begins", "16 bytes into it", ALLOCATED)
    out, report = run("clean", f"--page-heap={kind}")
    require(report == "" and out == "end\n", f"nothing is said of a clean program: {report}")
_, report = run("write-after-free", "--page-heap=normal", exit_status=BREAKPOINT)
told(report, "written to after it was freed", "10 bytes into it", ALLOCATED, FREED)

# Without a page heap: corruption.
for case, words in {"double-free": "freed before", "wrong-heap": "another heap", "foreign": "no block begins", "interior": "16 bytes into it"}.items():
    _, report = run(case, exit_status=CORRUPTION)
    told(report, words, "STATUS_HEAP_CORRUPTION")
_, report = run("double-free", "--gflags=+ust", exit_status=CORRUPTION)
told(report, ALLOCATED, FREED)
_, report = run("overrun-by-one", "--gflags=+htc", exit_status=CORRUPTION)
told(report, "written behind the end of a block", "of 41 bytes", "found:     78 AB")

# Leaks.
leaks = folder / "leaks.json"
_, report = run("leaks", f"--heap-leaks=json:{leaks}")
told(report, "alive at the end: ", "3000 bytes in 3 blocks", "50 bytes in 1 block", "123 bytes in 1 block", r"malloc\+0x\w+ < faults\.exe!\w+\+0x")
require("LdrInitializeThunk" not in report, f"ntdll's own blocks are not shown: {report}")
require("70 bytes" not in report, f"a freed block is not shown: {report}")
groups = [group for group in json.loads(leaks.read_text())["leaks"] if group["owner"] == "program"]
require((groups[0]["bytes"], groups[0]["blocks"]) == (3000, 3), f"the largest comes first: {groups[0]}")
_, report = run("leaks-elsewhere", "--heap-leaks")
told(report, *(f"  {size} bytes in 1 block" for size in range(300, 305)))
_, all_of_them = run("leaks", "--heap-leaks=all")
told(all_of_them, "kept by Windows' DLLs", "LdrInitializeThunk")

# Refused allocations: the same ones in each run.
first, report = run("allocations", "--fail-alloc=heap:nth:20")
require(first.count("!") == 1, f"one request fails: {first}")
told(report, r"--fail-alloc: heap request 20 \(\d+ bytes\) fails: .*faults\.exe")
second, _ = run("allocations", "--fail-alloc=heap:nth:20")
require(first == second, "the same one in the next run")
out, report = run("allocations", "--fail-alloc=vm:every:4")
require(out.split("\n")[1].count("!") == 2, f"every fourth VirtualAlloc fails: {out}")
told(report, "virtual memory request 4 ")

# JSON, a line a report.
lines = folder / "faults.json"
run("double-free", "--page-heap", f"--fault-json={lines}", exit_status=BREAKPOINT)
record = json.loads(lines.read_text().splitlines()[0])
require(record["fault"] == "double_free" and record["size"] == 16 and record["freed"]["stack"], f"the record is whole: {record}")
print("faults.exe: overruns, underruns, uses after free, double frees, wrong heaps, leaks and refusals are told")

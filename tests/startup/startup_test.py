#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""startup_test.py ORIEL PROGRAM.exe: bounds for what starting a program costs, in numbers that no busy machine changes."""
import os
import sys

# Measured: 150 to 195 (kernel 6.18). Kernels differ in how many pages they map around a fault.
MOST_PAGE_FAULTS = 220
# One is the end of the process: it ends before anybody needs a second thread. A slow machine's first tick starts one: the best of the runs counts.
MOST_WAITS = 1
RUNS = 10


def run(command):
    null = os.open(os.devnull, os.O_RDWR)
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, n) for n in (0, 1, 2)])
    os.close(null)
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}")
    return usage


def main():
    usages = [run(sys.argv[1:]) for _ in range(RUNS)]
    faults, waits = min(usage.ru_minflt for usage in usages), min(usage.ru_nvcsw for usage in usages)
    print(f"page faults: {faults} (bound {MOST_PAGE_FAULTS}); waits: {waits} (bound {MOST_WAITS})")
    sys.exit(faults > MOST_PAGE_FAULTS or waits > MOST_WAITS)


if __name__ == "__main__":
    main()

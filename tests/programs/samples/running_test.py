# SPDX-License-Identifier: MIT
"""Snapshots of programs that are running, by process id; and what is said where there can be none."""
import os
import re
import signal
import subprocess
import sys
import time

from samples import Samples, check_sums, require
import json

samples = Samples()


class Running:
    """A sample that has printed its line and waits."""

    def __init__(self, *arguments, options=()):
        self.process = subprocess.Popen([samples.oriel, *options, samples.program("many_blocks"), *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def ask(command, process, *options, expect=0):
    return samples.call(command, *options, process, expect=expect)


def by_process_id(options=()):
    with Running(50000, "wait", options=options) as running:
        count, size = map(int, re.search(r"(\d+) blocks with (\d+) bytes", running.line).groups())
        for process in (running.process.pid, running.process.pid * 4):  # the host's id, and NT's
            snapshot = json.loads(ask("heap", process, "--json").stdout)
            check_sums(snapshot)
            figures = snapshot["heaps"][1]["figures"]
            require((figures["busy_blocks"], figures["busy_bytes"]) == (count, size), f"{figures} but the program says {running.line}")
            require(snapshot["moment"] == "while it runs" and snapshot["host_process"] == running.process.pid, "it is that process")
        # Asking leaves nothing behind: not a block, not a page of address space.
        first, second = (json.loads(ask("vm", running.process.pid, "--json").stdout) for _ in range(2))
        require(first["regions"] == second["regions"], "two snapshots of a process that does nothing are equal")
        require("Commit charge" in ask("vm", running.process.pid).stdout, "text goes to stdout")
        require(running.process.poll() is None, "the program runs on")


def held_lock():
    with Running(100, "lock") as running:
        time.sleep(0.2)
        text = ask("heap", running.process.pid).stdout
        require(re.search(r"not walked: thread \d+ held its lock all the time", text), text)
        require("Heap 1 at" in text, "the other heap is there")


def break_key():
    process = subprocess.Popen([samples.oriel, "heap", "--at=ctrl-break", samples.program("many_blocks"), "1000", "wait"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.send_signal(signal.SIGQUIT)
    lines = [process.stderr.readline() for _ in range(6)]
    require("at Ctrl+Break" in lines[0] and process.poll() is None, f"Ctrl+Break takes a snapshot, and the program runs on: {lines}")
    process.kill()
    process.wait()


def refusals():
    require("there is none with that id" in ask("heap", 999999999, expect=125).stderr, "no such process")
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        refused = ask("heap", other.pid, expect=125).stderr
        require("no program that oriel runs" in refused and other.poll() is None, f"a stranger is not disturbed: {refused}")
    finally:
        other.kill()
    if os.geteuid() != 0:
        require("another user" in ask("vm", 1, expect=125).stderr or "no program" in ask("vm", 1, expect=125).stderr, "not ours")


for test in (by_process_id, lambda: by_process_id(["--carrier=fibers"]), held_lock, break_key, refusals):
    test()
print("running programs can be looked at")

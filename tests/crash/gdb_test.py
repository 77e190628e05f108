#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gdb on oriel knows the guest: breakpoints by symbol and line, stacks through the gate, attached or from the start."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ORIEL, PROGRAM = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
GDB = shutil.which("gdb")
if GDB is None:
    sys.exit(print("skipped: gdb is not there") or 0)


def gdb(*commands, program=None, how=None, pid=None):
    words = [GDB, "--batch", "-nx", "-iex", "add-auto-load-safe-path /"]
    for command in commands:
        words += ["-ex", command]
    words += ["-p", str(pid)] if pid else ["--args", ORIEL, program, how]
    result = subprocess.run(words, capture_output=True, text=True, timeout=250)
    said = result.stdout + result.stderr
    if "ptrace" in said and "not permitted" in said.lower():
        sys.exit(print("skipped: this host does not let gdb trace") or 0)
    return said


def require(said, *patterns):
    import re
    at = 0
    for pattern in patterns:
        found = re.compile(pattern, re.M).search(said, at)
        if not found:
            sys.exit(f"gdb does not say {pattern!r} (after what came before):\n{said}")
        at = found.end()


# With debug information: by function and by line; the stack from a service call of ntdll's to the program's main.
said = gdb("set backtrace past-main on", "break read_through", "run", "bt", program=PROGRAM, how="null")
require(said, r"Breakpoint 1, read_through \(address=.*0x8\) at .*die\.c:\d+", r"^#1 .* in die \(how=0x\w+ \"null\"\)", r"^#2 .* in main \(count=2",
        r"RtlUserThreadStart \(")
line = next(n for n, text in enumerate(pathlib.Path(__file__).with_name("die.c").read_text().splitlines(), 1) if '"division"' in text)
require(gdb(f"break die.c:{line}", "run", "bt", program=PROGRAM, how="division"), rf"Breakpoint 1, die \(how=.*\) at .*die\.c:{line}")
said = gdb("run", "bt", program=PROGRAM, how="division")
require(said, "an unhandled exception ends the program, code 0xc0000094", r"<signal handler called>", r"KiUserExceptionDispatcher \(", r" in die \(how=",
        r" in main \(")

# Without: exports of the builtin DLLs; the program's own frames have addresses.
with tempfile.TemporaryDirectory() as folder:
    stripped = pathlib.Path(folder, "die.exe")
    subprocess.run(["x86_64-w64-mingw32-strip", "-o", stripped, PROGRAM], check=True)
    said = gdb("break RaiseException", "run", "bt", program=str(stripped), how="raise")
    require(said, r"Breakpoint 1.*RaiseException \(", r"^#1 +0x00000001400\w+ in \?\?", r"^#2 +0x00000001400\w+ in \?\?", r"RtlUserThreadStart \(")

# A gdb that comes later.
with subprocess.Popen([ORIEL, PROGRAM, "wait"], stdout=subprocess.PIPE) as waiting:
    try:
        waiting.stdout.readline()
        require(gdb("bt", "detach", pid=waiting.pid), r"Sleep(Ex)? \(", r" in die \(how=0x\w+ \"wait\"\)", r" in main \(")
    finally:
        waiting.kill()
print("gdb: breakpoints by symbol and line, stacks through the gate, with and without debug information, attached too")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Signals from outside become console events: a handler sees them; a program that does not go away is ended.

    control_signals_test.py ORIEL WORK_FOLDER
"""
import signal
import subprocess
import sys

from build import BIN, MINGW, compile_program
from programs import HERE, Workshop

CONTROL_C_EXIT = 0xC000013A & 0xFF


def start(shop, program, how):
    process = subprocess.Popen([str(shop.oriel), str(program), how], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    expect(process, "ready")
    return process


def expect(process, line):
    got = process.stdout.readline().rstrip()
    if got != line:
        process.kill()
        sys.exit(f"expected '{line}', got '{got}'")


def ends_with(process, code):
    got = process.wait(timeout=120)
    if got != code:
        sys.exit(f"expected exit code {code}, got {got}")


def main():
    shop = Workshop()
    program = compile_program(MINGW, shop.work / BIN / "control_signals.exe", [HERE / "control_signals.c"], [])

    process = start(shop, program, "handle")  # a handler that says TRUE to Ctrl+C keeps the program alive
    process.send_signal(signal.SIGINT)
    expect(process, "event 0")
    process.send_signal(signal.SIGQUIT)
    expect(process, "event 1")
    process.send_signal(signal.SIGTERM)
    expect(process, "event 2")
    ends_with(process, CONTROL_C_EXIT)  # but nothing keeps it alive after CTRL_CLOSE_EVENT

    process = start(shop, program, "default")
    process.send_signal(signal.SIGINT)
    ends_with(process, CONTROL_C_EXIT)

    for signals in (1, 2):  # a handler that never returns: ended after a while, or by the second signal
        process = start(shop, program, "hang")
        process.send_signal(signal.SIGTERM)
        expect(process, "event 2")
        if signals == 2:
            process.send_signal(signal.SIGTERM)
        ends_with(process, CONTROL_C_EXIT)


if __name__ == "__main__":
    main()

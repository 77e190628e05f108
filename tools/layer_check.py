#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that includes run downhill (DESIGN 3), and that only hal and the gate include Linux's headers.

    loader/start -> services -> ps, cm -> io -> mm -> ob -> ke -> hal -> include
    loader/gate sees only hal and include; rtl and loader/pe are leaves that see only include

Part of every build: an uphill include fails it, with the line.
"""
import pathlib
import re
import sys

# A layer may include itself and what stands in its list.
INCLUDE = {"include"}
HAL = INCLUDE | {"ntdll-emu/hal"}
KE = HAL | {"ntdll-emu/ke"}
OB = KE | {"ntdll-emu/ob"}
# loader/pe is a leaf: whoever maps images may read their bytes with it.
MM = OB | {"ntdll-emu/mm", "loader/pe"}
IO = MM | {"ntdll-emu/io"}
MAP = MM | {"loader/pe", "loader/map"}
# ps runs threads through the gate and walks their stacks with rtl's unwinder: both see only what lies below.
PS = IO | {"ntdll-emu/ps", "ntdll-emu/cm", "loader/gate", "ntdll-emu/rtl"}
SERVICES = PS | MAP | {"ntdll-emu/services"}
# loader/observe is a leaf: it writes down what it is given.
START = SERVICES | {"loader/start", "loader/observe"}
ALLOWED = {
    "include": INCLUDE, "ntdll-emu/hal": HAL, "ntdll-emu/ke": KE, "ntdll-emu/ob": OB, "ntdll-emu/mm": MM,
    "ntdll-emu/io": IO, "ntdll-emu/cm": OB | {"ntdll-emu/cm"}, "ntdll-emu/ps": PS, "ntdll-emu/services": SERVICES,
    "ntdll-emu/rtl": INCLUDE | {"ntdll-emu/rtl"}, "loader/pe": INCLUDE | {"loader/pe"}, "loader/map": MAP,
    "loader/gate": HAL | {"loader/gate"}, "loader/start": START,
    "loader/observe": INCLUDE | {"loader/observe"},
}
# The DLLs are guest code: they see NT's ABI and each other's shared parts, never the host.
GUEST = INCLUDE | {"dlls", "ntdll-emu/rtl"}
HOST_ONLY = re.compile(r"<(sys/|linux/|asm/|unistd\.h|fcntl\.h|pthread\.h|signal\.h|csignal|ucontext\.h|dirent\.h|poll\.h|termios\.h"
                       r"|sched\.h|dlfcn\.h|elf\.h|link\.h|semaphore\.h|spawn\.h|utime\.h|pwd\.h|grp\.h)")
MAY_SEE_LINUX = {"ntdll-emu/hal", "loader/gate"}
INCLUDE_LINE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def layer_of(path):
    parts = path.parts
    if parts[0] == "include":
        return "include"
    if parts[0] == "dlls":
        return "dlls"
    return "/".join(parts[:2]) if parts[0] in ("ntdll-emu", "loader") else None


def resolve(root, file, name):
    """The project file that an include names, or None for a header of somebody else."""
    for base in (file.parent, root / "include", root):
        candidate = base / name
        if candidate.is_file():
            try:
                return candidate.resolve().relative_to(root)
            except ValueError:
                return None
    return None


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    problems = []
    for top in ("include", "ntdll-emu", "loader", "dlls"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".c", ".S", ".inc"):
                continue
            relative = file.relative_to(root)
            layer = layer_of(relative)
            allowed = GUEST if layer == "dlls" else ALLOWED.get(layer)
            if allowed is None:
                problems.append(f"{relative}: this folder is not in DESIGN's picture")
                continue
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                match = INCLUDE_LINE.match(line)
                if not match:
                    continue
                target = resolve(root, file, match[1])
                if target is not None and layer_of(target) not in allowed:
                    problems.append(f"{relative}:{number}: {layer} includes uphill: {target}")
                is_host = layer != "dlls" and layer not in ("include", "ntdll-emu/rtl")
                if is_host and layer not in MAY_SEE_LINUX and target is None and HOST_ONLY.search(f"<{match[1]}"):
                    problems.append(f"{relative}:{number}: only hal and the gate may include <{match[1]}>")
    if problems:
        print("\n".join(problems), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

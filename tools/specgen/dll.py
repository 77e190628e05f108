#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns a DLL's NAME.spec into what the linker needs, and checks the linked DLL against it.

A line of the spec is an export:

    HeapAlloc -> ntdll.RtlAllocateHeap    a forwarder
    CreateFileW                           implemented in this DLL's sources
    SetupComm undone(2)                   not done: a stub of two pointer-sized arguments, which returns 0
    strerror_s undone(0) answers 40       the same where 0 would mean success
    _acmdln data                          a variable
    _o_malloc = malloc                    under another name than its symbol (BY_SPEC only)
    NtCurrentTeb @77 [noname]             with an ordinal
    RtlVirtualUnwind x64                  only for this CPU (x64 or x86); the same name may be listed for each

An undone export is not in the export table under its own name, so that GetProcAddress answers NULL, as
programs that probe expect. It is exported as `undone_NAME`, where the loader finds it for an import: the
stub logs the name once, sets ERROR_CALL_NOT_IMPLEMENTED and returns its answer.

The sources of most DLLs mark what they export, and the check compares. Sources that several DLLs are made of
(dlls/crt) cannot know: for a DLL that is built BY_SPEC, the spec alone decides, and what it does not list is left out.

    dll.py stubs --dll kernel32 --arch x86_64 --spec kernel32.spec --out exports.S
    dll.py check --spec kernel32.spec --readobj llvm-readobj kernel32.dll
"""
import argparse
import pathlib
import re
import subprocess
import sys

LINE = re.compile(r"^(?P<name>\S+)(?:\s+->\s+(?P<target>\S+))?(?:\s+=\s+(?P<symbol>\S+))?(?:\s+(?P<undone>undone)(?:\((?P<slots>\d+)\))?(?:\s+answers\s+(?P<answer>-?\w+))?)?"
                  r"(?P<data>\s+data)?(?:\s+@(?P<ordinal>\d+))?(?P<noname>\s+noname)?(?:\s+(?P<only>x64|x86))?$")


class Export:
    def __init__(self, match):
        self.name, self.target, self.symbol = match["name"], match["target"], match["symbol"]
        self.undone, self.slots = bool(match["undone"]), int(match["slots"] or 0)
        self.answer = int(match["answer"] or "0", 0) & 0xFFFFFFFF  # on x64 sign-extended: -1 is also INVALID_HANDLE_VALUE
        self.data, self.ordinal, self.noname = bool(match["data"]), match["ordinal"], bool(match["noname"])


def parse(path, arch):
    """The exports for one CPU (x86_64 or i686)."""
    here = "x64" if arch == "x86_64" else "x86"
    exports = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if not line:
            continue
        match = LINE.match(line)
        if not match:
            sys.exit(f"{path}:{number}: cannot read the export '{line}'")
        if match["only"] not in (None, here):
            continue
        if match["name"] in exports:
            sys.exit(f"{path}:{number}: {match['name']} is listed twice")
        exports[match["name"]] = Export(match)
    return list(exports.values())


def directive(export):
    suffix = (f",@{export.ordinal}" + (",NONAME" if export.noname else "")) if export.ordinal else ""
    target = export.target or export.symbol
    return export.name + (f"={target}" if target else "") + suffix + (",data" if export.data else "")


def signed(word):
    return word - (1 << 32) if word >> 31 else word


def stubs(options):
    exports = parse(options.spec, options.arch)
    x64 = options.arch == "x86_64"
    report = "oriel_undone_call" if x64 else "_oriel_undone_call"
    undone = [e for e in exports if e.undone]
    out = [f"// Generated from {options.spec.name}: forwarders, and stubs of undone exports.", "    .intel_syntax noprefix",
           '    .section .drectve,"yn"']
    # A linker cannot tell "-export:a=b.c" with b.c a forwarder from a symbol with a dot unless quoted plainly.
    out += [f'    .ascii " -export:{directive(e)}"' for e in exports if e.target or (options.by_spec and not e.undone)]
    out += [f'    .ascii " -export:undone_{e.name}=undone${i}"' for i, e in enumerate(undone)]
    out.append("    .text")
    for index, export in enumerate(undone):
        symbol = f"{'' if x64 else '_'}undone${index}"
        out += [f'    .globl "{symbol}"', f'    .def "{symbol}"; .scl 2; .type 32; .endef', f'"{symbol}":']
        if x64:
            out += [f"    .seh_proc \"{symbol}\"", "    sub rsp, 40", "    .seh_stackalloc 40", "    .seh_endprologue",
                    "    lea rcx, [rip + .Ldll]", f"    lea rdx, [rip + .Lname{index}]", f"    call {report}",
                    f"    mov rax, {signed(export.answer)}", "    add rsp, 40", "    ret", "    .seh_endproc"]
        else:
            # clang 14 pushes an address with a 4-byte relocation only in AT&T's syntax.
            out += ["    .att_syntax", f"    pushl $.Lname{index}", "    pushl $.Ldll", "    .intel_syntax noprefix", f"    call {report}",
                    "    add esp, 8", f"    mov eax, {export.answer}", "    xor edx, edx", f"    ret {4 * export.slots}"]
    out += ['    .section .rdata,"dr"', f'.Ldll: .asciz "{options.dll}"']
    out += [f'.Lname{i}: .asciz "{e.name}"' for i, e in enumerate(undone)]
    options.out.write_text("\n".join(out) + "\n")


def check(options):
    wanted = {("undone_" + e.name) if e.undone else e.name for e in parse(options.spec, options.arch) if not e.noname}
    text = subprocess.run([options.readobj, "--coff-exports", options.image], check=True, capture_output=True, text=True).stdout
    have = set(re.findall(r"^\s+Name: (\S+)$", text, re.M))
    problems = [f"{name} is in {options.spec.name}, but not exported" for name in sorted(wanted - have)]
    problems += [f"{name} is exported, but not in {options.spec.name}" for name in sorted(have - wanted)
                 if not (options.services and re.match(r"(Nt|Zw)[A-Z]", name))]
    if options.arch == "x86_64":
        sections = subprocess.run([options.readobj, "--sections", options.image], check=True, capture_output=True, text=True).stdout
        if ".pdata" not in sections:
            problems.append("there is no .pdata: nothing could unwind through this DLL")
    if problems:
        sys.exit("\n".join(f"{pathlib.Path(options.image).name}: {problem}" for problem in problems))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("stubs")
    make.add_argument("--dll", required=True)
    make.add_argument("--arch", required=True, choices=("x86_64", "i686"))
    make.add_argument("--spec", required=True, type=pathlib.Path)
    make.add_argument("--out", required=True, type=pathlib.Path)
    make.add_argument("--by-spec", action="store_true", help="the sources export nothing: the spec does")
    make.set_defaults(action=stubs)
    look = commands.add_parser("check")
    look.add_argument("--arch", required=True)
    look.add_argument("--spec", required=True, type=pathlib.Path)
    look.add_argument("--readobj", default="llvm-readobj")
    look.add_argument("--services", action="store_true", help="the DLL also exports the generated Nt and Zw stubs")
    look.add_argument("image")
    look.set_defaults(action=check)
    options = parser.parse_args()
    options.action(options)


if __name__ == "__main__":
    main()

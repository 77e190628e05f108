#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What can be said of the 32-bit conformance programs before they run: `oriel doctor` finds every import of each in
the builtin DLLs of i686, none of them less done than in those of x86_64.

    imports_i686_test.py ORIEL FOLDER      FOLDER has x86_64/*.exe and i686/*.exe
"""
import pathlib
import re
import subprocess
import sys


def findings(oriel, program):
    """The imports that are missing, and those that are not done."""
    text = subprocess.run([oriel, "doctor", program], stdout=subprocess.PIPE, text=True).stdout
    tally = re.search(r"^(\d+) imports are there, .* (\d+) are missing$", text, re.MULTILINE)
    if not tally or int(tally.group(1)) == 0:
        sys.exit(f"oriel doctor {program} does not tell its imports:\n{text}")
    missing = set(re.findall(r"^ +missing: +(\S+)$", text, re.MULTILINE))
    if int(tally.group(2)) != len(missing):
        missing |= set(re.findall(r"^(missing .*no such DLL.*)$", text, re.MULTILINE))
    return missing, set(re.findall(r"^ +not done: (\S+)$", text, re.MULTILINE))


def main():
    oriel, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    programs = sorted((folder / "i686").glob("*.exe"))
    if not programs:
        sys.exit(f"there are no programs in {folder / 'i686'}")
    wrong = []
    for program in programs:
        missing, undone = findings(oriel, program)
        only_here = undone - findings(oriel, folder / "x86_64" / program.name)[1]
        wrong += [f"{program.name}: {name} is missing" for name in sorted(missing)]
        wrong += [f"{program.name}: {name} is done for x86_64 only" for name in sorted(only_here)]
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()

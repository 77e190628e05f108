#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A 32-bit program that destroys its segment registers, flags, stack or TEB ends by an exception of its own, or goes on;
the host lives. The program is hostile/hostile32.c."""
import re
import shutil
import subprocess

from programs import HERE, Workshop, require, skip

shop = Workshop()
COMPILER = shutil.which("i686-w64-mingw32-gcc")
if COMPILER is None:
    skip("there is no mingw-w64 to build the program with")
folder = shop.fresh_folder("hostile32")
PROGRAM = folder / "hostile32.exe"
SOURCE = HERE / "hostile" / "hostile32.c"
subprocess.run([COMPILER, "-O1", "-w", "-o", PROGRAM, SOURCE], check=True)

ACCESS_VIOLATION, STACK_OVERFLOW, PRIVILEGED = 0xC0000005, 0xC00000FD, 0xC0000096
ENDS = {  # all others go on
    "ds_null": ACCESS_VIOLATION, "ds_odd": ACCESS_VIOLATION, "ss_odd": ACCESS_VIOLATION, "fs_null": ACCESS_VIOLATION,
    "fs_flat": ACCESS_VIOLATION, "far_jump_64": ACCESS_VIOLATION, "far_jump_64_high": ACCESS_VIOLATION, "far_jump_64_rsp": ACCESS_VIOLATION,
    "far_jump_odd": ACCESS_VIOLATION, "esp_and_fault": ACCESS_VIOLATION, "esp_and_service": ACCESS_VIOLATION,
    "esp_and_service_jump": ACCESS_VIOLATION, "esp_wraps": ACCESS_VIOLATION, "esp_in_code": ACCESS_VIOLATION,
    "arguments_at_the_end": ACCESS_VIOLATION, "teb_gone": None, "stack_overflow": STACK_OVERFLOW,
}
names = re.findall(r"CASE\((\w+)\)", SOURCE.read_text().split("#define CASE")[1])
for name in names:
    code = folder / "exit"
    code.unlink(missing_ok=True)
    result = subprocess.run([shop.oriel, f"--exit-code-file={code}", PROGRAM, name], capture_output=True, timeout=120)
    said = result.stderr.decode(errors="replace")
    require(code.exists() and "in the host itself" not in said, f"{name}: the host lives: {result.returncode} {said}")
    status = int(code.read_text(), 16)
    if name in ENDS:
        require(status >= 0xC0000000 and ENDS[name] in (None, status), f"{name} ends with its exception: {status:#x} {said}")
    else:
        require(status == 0 and result.stdout.strip() == b"alive", f"{name} goes on: {status:#x} {result.stdout!r} {said}")
print(f"hostile32.exe: {len(names)} ways to destroy oneself, and the host lives")

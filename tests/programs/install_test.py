#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cmake --install gives one file that needs nothing else: it runs a Windows program from anywhere.

    install_test.py BUILD_FOLDER PROGRAM.exe
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from programs import require

build, program = map(pathlib.Path, sys.argv[1:])
with tempfile.TemporaryDirectory(prefix="oriel-install-") as place:
    prefix, elsewhere = pathlib.Path(place) / "prefix", pathlib.Path(place) / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix)], check=True, stdout=subprocess.DEVNULL)
    files = [str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()]
    require(files == ["bin/oriel"], f"one file is installed: {files}")
    shutil.copy(program, elsewhere / "program.exe")
    # Nothing of the build's: no variables, another folder; then by a name found in PATH.
    for command, environment in ([[str(prefix / "bin/oriel"), "program.exe"], {}], [["oriel", "program.exe"], {"PATH": str(prefix / "bin")}]):
        result = subprocess.run(["/usr/bin/env", "-i", *[f"{k}={v}" for k, v in environment.items()], *command], cwd=elsewhere,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        require(result.returncode == 0, f"{command}: exit code {result.returncode}: {result.stdout[-500:]}{result.stderr[-500:]}")
print("the installed oriel runs a program from anywhere")

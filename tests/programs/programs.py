# SPDX-License-Identifier: MIT
"""What the program tests share: fetching pinned packages, building, running a program with oriel.

A test that cannot be done here (no network, no client) ends with exit code 77, which ctest counts as skipped.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

SKIPPED = 77
BITS = int(os.environ.get("ORIEL_PROGRAM_BITS", "64"))  # of the Windows programs
HERE = pathlib.Path(__file__).resolve().parent


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


class Workshop:
    """Where programs are kept and how they are run. Arguments of every test: ORIEL WORK_FOLDER."""

    def __init__(self, arguments=None):
        arguments = arguments or sys.argv[1:]
        if len(arguments) != 2:
            sys.exit("usage: TEST.py ORIEL WORK_FOLDER")
        self.oriel = pathlib.Path(arguments[0]).resolve()
        self.work = pathlib.Path(arguments[1]).resolve()
        self.work.mkdir(parents=True, exist_ok=True)

    def npm_package(self, name, version):
        """The unpacked package; fetched once."""
        folder = self.work / "packages" / f"{name}-{version}"
        if (folder / "package").is_dir():
            return folder / "package"
        if shutil.which("npm") is None:
            skip("there is no npm to fetch packages with (tools/bootstrap --all installs it)")
        folder.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, capture_output=True, text=True)
        archives = list(folder.glob("*.tgz"))
        if packed.returncode != 0 or not archives:
            skip(f"no network: {name} {version} cannot be fetched")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(folder)
        archives[0].unlink()
        return folder / "package"

    def fresh_folder(self, name):
        folder = self.work / f"run{BITS}" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def run(self, program, *arguments, cwd=None, stdin=None, expect=0, env=None):
        """Runs with oriel; checks the exit code; the result has bytes."""
        command = [str(self.oriel), str(program), *map(str, arguments)]
        result = subprocess.run(command, cwd=cwd, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                                capture_output=True, env={**os.environ, **(env or {})}, timeout=600)
        if expect is not None and result.returncode != expect:
            sys.exit(f"{' '.join(command)}: exit code {result.returncode}, expected {expect}\n"
                     f"stdout: {result.stdout[-2000:]!r}\nstderr: {result.stderr[-2000:]!r}")
        return result


def native(*command, cwd=None, expect=0, stdin=None):
    """Runs a native program; skips where it is missing."""
    if shutil.which(command[0]) is None:
        skip(f"there is no {command[0]} to compare with")
    result = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, input=stdin, timeout=600)
    if result.returncode != expect:
        sys.exit(f"{command}: exit code {result.returncode}\n{result.stdout[-2000:]!r}\n{result.stderr[-2000:]!r}")
    return result


def require(condition, sentence):
    if not condition:
        sys.exit(f"failed: {sentence}")


def tree(folder):
    """Relative path -> (bytes, whole seconds of the modification time) of every file; folders map to None."""
    entries = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        key = str(path.relative_to(folder))
        entries[key] = None if path.is_dir() else (path.read_bytes(), int(path.stat().st_mtime))
    return entries

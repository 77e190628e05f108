#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A C++ program of Microsoft's compiler with the dynamic runtime: hermesc, the compiler of the Hermes JavaScript engine.

Its package has it for Linux too, so the outputs are compared byte by byte. It brings msvcp140.dll, itself compiled
with __CxxFrameHandler4; vcruntime140.dll, vcruntime140_1.dll and ucrtbase.dll are ours.
"""
import shutil

from programs import Workshop, native, require

shop = Workshop()
PACKAGE = shop.npm_package("hermes-engine", "0.11.0")
LINUX = PACKAGE / "linux64-bin" / "hermesc"
LINUX.chmod(0o755)

folder = shop.fresh_folder("msvc_dynamic")
for name in ("hermesc.exe", "msvcp140.dll"): # not the runtime DLLs that lie beside it: ours are to be used
    shutil.copy(PACKAGE / "win64-bin" / name, folder)
(folder / "a.js").write_text("""
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
var table = {a: 1.5, b: [1e300, 5e-324, 0.1, 123456789012345680000], c: /re(g)?ex/gi, d: "\\u20ac"};
try { throw new Error("x"); } catch (e) { print(e.message); } finally { print(fib(10)); }
for (var k in table) print(k, table[k]);
""")

for options in (["-O"], ["-O0", "-g"], ["-Og"]):
    shop.run("hermesc.exe", *options, "-emit-binary", "-out", "windows.hbc", "a.js", cwd=folder)
    native(LINUX, *options, "-emit-binary", "-out", "linux.hbc", "a.js", cwd=folder)
    require((folder / "windows.hbc").read_bytes() == (folder / "linux.hbc").read_bytes(), f"{options}: the same bytecode")
for dump in ("ast", "ir", "lir", "bytecode"):
    ours = shop.run("hermesc.exe", f"-dump-{dump}", "a.js", cwd=folder).stdout.replace(b"\r\n", b"\n")
    theirs = native(LINUX, f"-dump-{dump}", "a.js", cwd=folder).stdout
    require(ours == theirs, f"-dump-{dump} prints the same")

(folder / "bad.js").write_text("let (\n")
failed = shop.run("hermesc.exe", "-emit-binary", "-out", "none.hbc", "bad.js", cwd=folder, expect=2)
require(b"bad.js:1:5: error:" in failed.stderr, f"an error has its place: {failed.stderr!r}")
missing = shop.run("hermesc.exe", "-emit-binary", "-out", "none.hbc", "missing.js", cwd=folder, expect=None)
require(missing.returncode != 0, "a missing file is an error")
# A program of ours that throws through the streams of that msvcp140.dll (tests/conformance/msvc_eh/msvc_streams.cpp),
# on our runtime DLLs, and on mixtures of ours and Microsoft's.
STREAMS = shop.oriel.parent.parent / "tests" / "conformance" / "msvc_eh" / "x86_64" / "msvc_streams.exe"
for brought in ((), ("vcruntime140.dll",), ("vcruntime140_1.dll",), ("vcruntime140.dll", "vcruntime140_1.dll")):
    place = shop.fresh_folder("msvc_streams")
    shutil.copy(STREAMS, place)
    for name in ("msvcp140.dll", *brought):
        shutil.copy(PACKAGE / "win64-bin" / name, place)
    said = shop.run("msvc_streams.exe", cwd=place).stdout
    require(said.strip() == b"0 wrong", f"exceptions pass the C++ library's frames, with {brought}: {said!r}")
print("hermesc compiles as its Linux twin does")

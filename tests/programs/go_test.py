#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs of Go: esbuild transforms what it reads, lefthook checks a configuration. They are all Go, down to kernel32."""
from programs import Workshop, require

shop = Workshop()
ESBUILD = shop.npm_package("@esbuild/win32-x64", "0.28.2") / "esbuild.exe"
LEFTHOOK = shop.npm_package("lefthook-windows-x64", "2.2.2") / "bin" / "lefthook.exe"

folder = shop.fresh_folder("go")
require(shop.run(ESBUILD, "--version", cwd=folder).stdout == b"0.28.2\n", "esbuild tells its version")
minified = shop.run(ESBUILD, "--minify", cwd=folder, stdin=b"let x = 1 + 2;\nconsole.log(x, `a${x}`)\n").stdout
require(minified == b"let x=3;console.log(x,`a${x}`);\n", f"esbuild minifies: {minified!r}")
typed = shop.run(ESBUILD, "--loader=ts", cwd=folder, stdin=b"enum E { A = 1 }\nlet x: number = E.A as number;\n").stdout
require(b"E2[E2[" in typed and b": number" not in typed, f"esbuild takes the types away: {typed!r}")
wrong = shop.run(ESBUILD, cwd=folder, stdin=b"let = =\n", expect=1)
require(b"<stdin>:1:" in wrong.stderr, f"an error has its place: {wrong.stderr!r}")
require(shop.run(LEFTHOOK, "version", cwd=folder).stdout == b"2.2.2\n", "lefthook tells its version")
print("esbuild and lefthook do their work")

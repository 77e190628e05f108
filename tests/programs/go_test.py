#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs of Go: esbuild, of 64 and of 32 bits, transforms what it reads and bundles files; TypeScript's compiler checks types; lefthook. They are all Go, down to kernel32."""
from programs import Workshop, require

shop = Workshop()
LEFTHOOK = shop.npm_package("lefthook-windows-x64", "2.2.2") / "bin" / "lefthook.exe"
folder = shop.fresh_folder("go")
(folder / "answer.js").write_text("export const answer = 42\n")
(folder / "main.js").write_text('import { answer } from "./answer.js"\nconsole.log(answer)\n')

for bits in ("x64", "ia32"):
    esbuild = shop.npm_package(f"@esbuild/win32-{bits}", "0.28.2") / "esbuild.exe"
    require(shop.run(esbuild, "--version", cwd=folder).stdout == b"0.28.2\n", "esbuild tells its version")
    minified = shop.run(esbuild, "--minify", cwd=folder, stdin=b"let x = 1 + 2;\nconsole.log(x, `a${x}`)\n").stdout
    require(minified == b"let x=3;console.log(x,`a${x}`);\n", f"esbuild minifies: {minified!r}")
    typed = shop.run(esbuild, "--loader=ts", cwd=folder, stdin=b"enum E { A = 1 }\nlet x: number = E.A as number;\n").stdout
    require(b"E2[E2[" in typed and b": number" not in typed, f"esbuild takes the types away: {typed!r}")
    wrong = shop.run(esbuild, cwd=folder, stdin=b"let = =\n", expect=1)
    require(b"<stdin>:1:" in wrong.stderr, f"an error has its place: {wrong.stderr!r}")
    shop.run(esbuild, "main.js", "--bundle", "--minify", f"--outfile={bits}.js", cwd=folder)
    bundle = (folder / f"{bits}.js").read_bytes()
    require(bundle == b"(()=>{console.log(42);})();\n", f"esbuild bundles: {bundle!r}")
tsgo = shop.npm_package("@typescript/native-preview-win32-x64", "7.0.0-dev.20260707.2") / "lib" / "tsgo.exe"
(folder / "wrong.ts").write_text('const count: number = "one"\nexport { count }\n')
checked = shop.run(tsgo, "--noEmit", "wrong.ts", cwd=folder, expect=1)
require(b"wrong.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'." in checked.stdout, f"TypeScript checks types: {checked.stdout!r}")
require(shop.run(LEFTHOOK, "version", cwd=folder).stdout == b"2.2.2\n", "lefthook tells its version")
print("esbuild, tsgo and lefthook do their work")

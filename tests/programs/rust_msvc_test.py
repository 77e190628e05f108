#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs of Rust's MSVC target, with the dynamic runtime (vcruntime140, ucrtbase): Biome formats, ast-grep rewrites."""
import json

from programs import Workshop, require

shop = Workshop()
BIOME = shop.npm_package("@biomejs/cli-win32-x64", "2.5.15") / "biome.exe"
AST_GREP = shop.npm_package("@ast-grep/cli-win32-x64-msvc", "0.51.1") / "ast-grep.exe"

folder = shop.fresh_folder("rust_msvc")
(folder / "x.js").write_text('const   a = {b:1,\n c : [1,2 ,3]}\nfunction f( x ){ if(x==1){return   "y"} }\n')
(folder / "y.json").write_text('{"a":1,\n\n"b":[1,2]}')
told = shop.run(BIOME, "format", "--write", "x.js", "y.json", cwd=folder).stdout
require(b"Formatted 2 files" in told, f"Biome says what it did: {told!r}")
require((folder / "x.js").read_text() ==
        'const a = { b: 1, c: [1, 2, 3] };\nfunction f(x) {\n\tif (x == 1) {\n\t\treturn "y";\n\t}\n}\n',
        "Biome formatted the JavaScript file")
require((folder / "y.json").read_text() == '{\n\t"a": 1,\n\n\t"b": [1, 2]\n}\n', "Biome formatted the JSON file")
lint = shop.run(BIOME, "lint", "--reporter=json", "x.js", cwd=folder, expect=1)
rules = [entry["category"] for entry in json.loads(lint.stdout)["diagnostics"]]
require("lint/suspicious/noDoubleEquals" in rules, f"Biome finds the ==: {rules}")
piped = shop.run(BIOME, "format", "--stdin-file-path=z.js", cwd=folder, stdin=b"let q  =  1").stdout
require(piped == b"let q = 1;\n", f"Biome formats what it reads: {piped!r}")
broken = shop.run(BIOME, "format", "--stdin-file-path=z.js", cwd=folder, stdin=b"let (", expect=1)
require(b"parse" in broken.stderr + broken.stdout, "Biome refuses what is no JavaScript")

source = 'function f() { console.log("a"); foo(console.log(b)); }\nlet x = 1;\n'
(folder / "src").mkdir()
for number in range(20):
    (folder / "src" / f"s{number}.js").write_text(source)
found = shop.run(AST_GREP, "run", "-p", "console.log($A)", "-l", "js", "--json=compact", "src", cwd=folder).stdout
matches = json.loads(found)
require(len(matches) == 40, f"ast-grep finds two places in each of 20 files: {len(matches)}")
require({match["text"] for match in matches} == {'console.log("a")', "console.log(b)"}, "and tells their text")
shop.run(AST_GREP, "run", "-p", "console.log($A)", "-r", "log($A)", "-l", "js", "-U", "src", cwd=folder)
for path in (folder / "src").iterdir():
    require(path.read_text() == 'function f() { log("a"); foo(log(b)); }\nlet x = 1;\n', f"ast-grep rewrote {path.name}")
shop.run(AST_GREP, "run", "-p", "console.log($A)", "-l", "js", "src", cwd=folder, expect=1)
print("Biome and ast-grep do their work")

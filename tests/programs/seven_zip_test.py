#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""7-Zip's own command-line program for Windows, 64 or 32 bits: its whole daily work, against Debian's native 7z."""
import os
import random
import shutil
import subprocess

from programs import BITS, Workshop, native, require, tree

shop = Workshop()
SEVEN = shop.npm_package("7zip-bin", "5.2.0") / "win" / {64: "x64", 32: "ia32"}[BITS] / "7za.exe"
NATIVE = next((name for name in ("7zz", "7z", "7za") if shutil.which(name)), "7z")


def make_tree(folder, files=2000, large=104 * 1024 * 1024):
    """Nested folders, Unicode names, empty files, one large file; old and odd times. The same each time."""
    chance = random.Random(7)
    words = ["alpha", "Beta", "größe", "日本語", "пример", "naïve file", "emoji-😀", "x" * 60]
    for number in range(files):
        depth = chance.randrange(4)
        where = folder.joinpath(*[f"{chance.choice(words)}-{chance.randrange(8)}" for _ in range(depth)])
        where.mkdir(parents=True, exist_ok=True)
        path = where / f"{chance.choice(words)} {number}.dat"
        size = 0 if number % 50 == 0 else chance.randrange(1, 4000)
        path.write_bytes(chance.randbytes(size // 2) + b"text " * (size // 10))
        stamp = 315532800 + chance.randrange(10**9)
        os.utime(path, (stamp, stamp))
    (folder / "an empty folder").mkdir()
    block = chance.randbytes(1 << 20)
    with open(folder / "large.bin", "wb") as out:
        for number in range(large >> 20):
            out.write(block if number % 3 else bytes(1 << 20))


def same(left, right, times=True):
    a, b = tree(left), tree(right)
    require(a.keys() == b.keys(), f"{left} and {right} have the same names: {sorted(a.keys() ^ b.keys())[:5]}")
    for name in a:
        if a[name] is None:
            continue
        require(a[name][0] == b[name][0], f"{name} has the same bytes in {left} and {right}")
        # zip keeps times in steps of two seconds, and 7-Zip adds exact ones.
        require(not times or abs(a[name][1] - b[name][1]) <= 2, f"{name} kept its time: {a[name][1]} {b[name][1]}")


def pack_both_ways(kind):
    folder = shop.fresh_folder(f"seven_zip_{kind}")
    source = folder / "source"
    source.mkdir()
    make_tree(source)
    shop.run(SEVEN, "a", "-mmt2", "-mx1", f"-t{kind}", f"../ours.{kind}", ".", cwd=source)
    native(NATIVE, "t", folder / f"ours.{kind}")
    native(NATIVE, "x", f"-o{folder / 'by_native'}", folder / f"ours.{kind}")
    same(source, folder / "by_native")
    native(NATIVE, "a", "-mx1", f"-t{kind}", folder / f"theirs.{kind}", ".", cwd=source)
    shop.run(SEVEN, "t", f"theirs.{kind}", cwd=folder)
    shop.run(SEVEN, "x", "-oby_ours", f"theirs.{kind}", cwd=folder)
    same(source, folder / "by_ours")
    listing = shop.run(SEVEN, "l", f"ours.{kind}", cwd=folder).stdout.decode("cp437", "replace")
    require("large.bin" in listing, "the listing names a file")
    return folder


def change(folder):
    archive = "ours.7z"
    (folder / "source" / "new.txt").write_text("new")
    shop.run(SEVEN, "u", f"../{archive}", "new.txt", cwd=folder / "source")
    require(b"new.txt" in native(NATIVE, "l", folder / archive).stdout, "u added a file")
    shop.run(SEVEN, "d", archive, "new.txt", cwd=folder)
    require(b"new.txt" not in native(NATIVE, "l", folder / archive).stdout, "d deleted it")
    ours = shop.run(SEVEN, "h", "-scrcSHA256", "source/large.bin", cwd=folder).stdout.decode("cp437")
    theirs = native("sha256sum", folder / "source" / "large.bin").stdout.decode().split()[0]
    require(theirs in ours.lower(), "h gives the SHA-256 that sha256sum gives")


def stream():
    folder = shop.fresh_folder("seven_zip_stream")
    content = b"streamed\r\n\x00\x1a" * 50000
    shop.run(SEVEN, "a", "-siname.bin", "streamed.7z", cwd=folder, stdin=content)
    require(shop.run(SEVEN, "x", "-so", "streamed.7z", cwd=folder).stdout == content, "-si and -so give the same bytes back")
    packed = shop.run(SEVEN, "a", "-tgzip", "-si", "-so", "x.gz", cwd=folder, stdin=content).stdout
    require(native("gzip", "-dc", stdin=packed).stdout == content, "gzip reads what was streamed")


def failures():
    folder = shop.fresh_folder("seven_zip_failures")
    (folder / "a.txt").write_bytes(b"content " * 1000)
    wrong = shop.run(SEVEN, "a", "-bogus", "x.7z", cwd=folder, expect=7)
    require(b"rror" in wrong.stdout + wrong.stderr, "wrong arguments are called so")
    shop.run(SEVEN, "l", "missing.7z", cwd=folder, expect=2)
    shop.run(SEVEN, "a", "x.7z", "no such file", cwd=folder, expect=1)
    shop.run(SEVEN, "a", "good.7z", "a.txt", cwd=folder)
    damaged = bytearray((folder / "good.7z").read_bytes())
    damaged[40] ^= 0xFF
    (folder / "bad.7z").write_bytes(damaged)
    result = shop.run(SEVEN, "t", "bad.7z", cwd=folder, expect=2)
    require(b"rror" in result.stdout + result.stderr, "a damaged archive is called so")


def full_target():
    """A disk of one MiB where an ordinary user may mount one; else a limit of 8 MiB on the size of files,
    which the host's memory files, of which images are made, stay below."""
    folder = shop.fresh_folder("seven_zip_full")
    (folder / "target").mkdir()
    (folder / "input.bin").write_bytes(random.Random(1).randbytes(12 << 20))
    shop.run(SEVEN, "a", "-mx0", "fits.7z", "input.bin", cwd=folder)
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m none target && exec "$@"', "sh"]
    can_mount = shutil.which("unshare") and subprocess.run([*mounted, "true"], cwd=folder, capture_output=True).returncode == 0
    limited = ["sh", "-c", 'ulimit -f 16384 && exec "$@"', "sh"]
    for arguments in (["a", "-mx0", "target/x.7z", "input.bin"], ["x", "-otarget", "fits.7z"]):
        command = [*(mounted if can_mount else limited), str(shop.oriel), str(SEVEN), *arguments]
        result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
        said = (result.stdout + result.stderr).decode("cp437")
        require(result.returncode == 2, f"a full disk is 7-Zip's fatal error: {result.returncode}, {said[-500:]}")
        require("error" in said.lower() and "enough space on the disk" in said, f"7-Zip says that the disk is full: {said[-500:]}")


folder = pack_both_ways("7z")
change(folder)
pack_both_ways("zip")
stream()
failures()
full_target()
shutil.rmtree(shop.work / f"run{BITS}", ignore_errors=True)
print("7za.exe packs, lists, tests, unpacks, updates, deletes, hashes and streams")

# SPDX-License-Identifier: MIT
"""Cross-builds programs from the sources that packages ship, with mingw-w64, and natively to compare."""
import shutil
import subprocess
import sys
import tarfile

from programs import BITS, skip

MINGW = f"{'x86_64' if BITS == 64 else 'i686'}-w64-mingw32-gcc-posix"
BIN = f"bin{BITS}"
# Arithmetic as in 64 bits: the x87's results have more digits, and a compressor then decides otherwise.
CPU = [] if BITS == 64 else ["-msse2", "-mfpmath=sse"]


def unpack(archive, folder):
    """The one folder that a source archive holds; unpacked once."""
    marker = folder / ".unpacked"
    if not marker.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tarfile.open(archive) as tar:
            tar.extractall(folder)
        marker.touch()
    return next(path for path in folder.iterdir() if path.is_dir())


def compile_program(compiler, out, sources, options, libraries=()):
    if out.exists() and all(out.stat().st_mtime >= source.stat().st_mtime for source in sources):
        return out
    if shutil.which(compiler) is None:
        skip(f"there is no {compiler} to build with")
    out.parent.mkdir(parents=True, exist_ok=True)
    cpu = CPU if compiler == MINGW else []
    command = [compiler, "-O2", "-w", *cpu, "-o", str(out), *options, *map(str, sources), *libraries]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"cannot build {out.name}:\n{result.stderr[-3000:]}")
    return out


def sqlite(shop):
    source = unpack(next((shop.npm_package("sqlite3", "6.0.1") / "deps").glob("sqlite-autoconf-*.tar.gz")), shop.work / "source" / "sqlite")
    return compile_program(MINGW, shop.work / BIN / "sqlite3.exe", [source / "shell.c", source / "sqlite3.c"],
                           ["-DSQLITE_THREADSAFE=1", "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE", "-municode", "-static"])


def libwebp(shop, compiler, suffix):
    source = unpack(next((shop.npm_package("cwebp-bin", "8.0.0") / "vendor" / "source").glob("libwebp-*.tar.gz")), shop.work / "source" / "libwebp")
    library = [path for folder in ("src/dec", "src/enc", "src/dsp", "src/utils", "src/demux", "src/mux", "sharpyuv")
               for path in sorted((source / folder).glob("*.c"))]
    helpers = [path for path in sorted((source / "imageio").glob("*.c")) if path.name != "wicdec.c"] + [source / "examples" / "example_util.c"]
    options = [f"-I{source}", f"-I{source / 'src'}", "-msse4.1"]
    tail = ["-lm", "-lpthread"] if not suffix else ["-static", "-lpthread"]
    options.append("-DWEBP_USE_THREAD")
    if suffix and BITS == 32:
        options.append("-mfpmath=sse")  # x87 rounds otherwise than the native program
    return {name: compile_program(compiler, shop.work / BIN / (name + suffix), [source / "examples" / f"{name}.c", *helpers, *library], options, tail)
            for name in ("cwebp", "dwebp")}

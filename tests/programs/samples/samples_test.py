# SPDX-License-Identifier: MIT
"""Runs each sample and checks what its chapter (README.md) says one sees."""
import re

from samples import Samples, check_sums, require, use

samples = Samples()


def heaps(name, *arguments, **options):
    snapshots, output = samples.snapshots("heap", name, *arguments, **options)
    for snapshot in snapshots:
        check_sums(snapshot)
    return snapshots, output


def block_limits():
    [snapshot], output = heaps("block_limits")
    limits = [int(number) for number in re.findall(r"at most +(\d+)", output)]
    require(len(limits) == 4 and limits == sorted(limits), f"larger heaps give larger blocks: {limits}")
    require(all(limit < size for limit, size in zip(limits, (0x10000, 0x80000, 0x100000, 0x100000))), f"no block fills its heap: {limits}")
    require(0xF0000 < limits[3] < 0x100000, f"just under 1 MB is the limit in 64 bits: {limits[3]}")
    fixed, growable = snapshot["heaps"][-2:]
    require(fixed["large_threshold"] == 0 and not fixed["large"], "a fixed heap has no large blocks")
    require(len(growable["large"]) == 1 and growable["large"][0][1] == 0x200000, "the growable heap has one")
    require(len(use(snapshot, "large block")) >= 1, "it is a reservation of its own")


def commit_growth():
    marks = [f"--at=debug-text:{text}" for text in ("start", "full", "freed")]
    snapshots, _ = heaps("commit_growth", options=marks)
    require([snapshot["moment"] for snapshot in snapshots] == ['at "start"', 'at "full"', 'at "freed"'], "three snapshots in their order")
    start, full, freed = (snapshot["heaps"][1] for snapshot in snapshots)
    require(start["figures"]["committed"] <= 0x10000, "little is committed at first")
    require(full["figures"]["busy_bytes"] == 4000 * 1000, "4000 blocks of 1000 bytes")
    require(full["figures"]["committed"] >= 4000 * 1000, "and memory for them")
    require(len(full["segments"]) > len(start["segments"]), "the heap took more segments")
    require(freed["figures"]["busy_blocks"] == start["figures"]["busy_blocks"], "all are freed")
    require(freed["figures"]["committed"] <= full["figures"]["committed"], "freeing commits nothing")


def fragmentation():
    [snapshot], _ = heaps("fragmentation")
    without, with_it = snapshot["heaps"][1:3]
    require(without["front_end"] == 0 and with_it["front_end"] == 2, "one heap has the low-fragmentation front end")
    require(without["lock"]["outcome"] == "none", "the other has no lock")
    require(without["figures"]["busy_blocks"] == 10000 == with_it["figures"]["busy_blocks"], "half of the blocks are left")
    require(without["figures"]["external_fragmentation"] > 90, "its free memory is in pieces")


def low_memory_seh():
    output = samples.output("low_memory_seh")
    require("NULL" in output and "exception C0000017, 1 parameter, 1000 bytes" in output, output)
    require("as many blocks" in output and "not as many" not in output, output)


def execute_heap():
    [snapshot], output = heaps("execute_heap")
    require("protection 04; heap for code: 40" in output and "for code: 42" in output, output)
    protections = {region["protection_name"] for region in use(snapshot, "heap") if region["state"] == "committed"}
    require(protections == {"PAGE_READWRITE", "PAGE_EXECUTE_READWRITE"}, f"two protections: {protections}")
    [crashed], _ = heaps("execute_heap", "call", expect=0xC0000005 & 0xFF)
    require(crashed["moment"] == "at the crash", "the snapshot is of the crash")
    require(len(crashed["heaps"]) == 3, "all heaps are there at the crash")


def dll_heap():
    snapshots, output = heaps("dll_heap", options=["--at=debug-text:loaded", "--at=debug-text:unloaded"])
    loaded, unloaded = snapshots
    require(len(loaded["heaps"]) == len(unloaded["heaps"]) + 1, "a heap comes and goes")
    require(loaded["heaps"][-1]["figures"]["busy_blocks"] == 1000, "with the library's 1000 blocks")
    require("2 heaps with" in output and "1 heaps without" in output, output)


def walk_heap():
    [snapshot], output = heaps("walk_heap")
    require("2 busy blocks, 400 bytes; the walk ended with error 259" in output, output)
    require(snapshot["heaps"][1]["figures"]["busy_bytes"] == 400, "seen from outside it is the same")
    inside = len(re.findall(r"^(?:busy|free) ", output, re.MULTILINE))
    require(inside == sum(len(segment["blocks"]) for segment in snapshot["heaps"][1]["segments"]), "block for block")
    text = samples.call("heap", "--blocks", "--heap=2", samples.program("walk_heap")).stderr
    require(". 00000064  busy" in text and ". 0000012c  busy" in text, text)


def list_heaps():
    [snapshot], output = heaps("list_heaps")
    require("process heap: yes" in output and "fixed size: yes" in output, output)
    listed = [int(handle, 16) for handle in re.findall(r"^\d: ([0-9A-Fa-f]+)", output, re.MULTILINE)]
    kept = [int(heap["handle"], 16) for heap in snapshot["heaps"]]
    require(kept == listed[:2] + listed[3:], f"the destroyed heap is gone: {kept} of {listed}")


def address_space():
    [snapshot], output = samples.snapshots("vm", "address_space")
    check_sums(snapshot)
    require("read there" in output and "begins with MZ" in output, output)
    large = [region for region in snapshot["regions"] if region["use"] == "other" and region["bytes"] > 60 << 30]
    require(large and large[0]["state"] == "reserved", "64 GB are reserved")
    require(snapshot["totals"]["committed"] < 64 << 20, "and hardly anything is committed")
    require(len({region["allocation_base"] for region in use(snapshot, "shared memory")}) >= 2, "the section has two views")
    require(any(region["file"].endswith("address_space.exe") for region in use(snapshot, "mapped file")), "the file is mapped")
    guards = [region for region in snapshot["regions"] if "PAGE_GUARD" in region["protection_name"] and region["use"] == "other"]
    require(len(guards) == 1 and guards[0]["bytes"] == 4096, "one page is a guard page")
    require(any(region["section"] == ".text" for region in use(snapshot, "image")), "images have their sections' names")
    require(use(snapshot, "stack") and use(snapshot, "TEB") and use(snapshot, "PEB"), "stack, TEB and PEB are named")
    text = samples.call("vm", samples.program("address_space")).stderr
    require("ntdll.dll .text" in text and "Commit charge" in text, text)


def physical_window():
    output = samples.output("physical_window")
    require("may not lock" in output or "the first half says: half 1" in output, output)


def damage():
    [snapshot], _ = heaps("many_blocks", "1000", "damage")
    require("damaged" in snapshot["heaps"][1]["trouble"], f"a damaged heap is called so: {snapshot['heaps'][1]['trouble']!r}")
    require(snapshot["heaps"][1]["figures"]["busy_blocks"] > 0, "what could be walked is told")
    [snapshot], output = heaps("many_blocks", "1000", "damage", "on", options=["--at=debug-text:damaged"])
    require("still gives blocks: yes" in output, "the walk gave the heap's lock back")


def moments():
    snapshots, _ = samples.snapshots("vm", "dll_heap", options=["--at=service:NtUnmapViewOfSection:1", "--at=exit"])
    require([snapshot["moment"] for snapshot in snapshots] == ["before call 1 of NtUnmapViewOfSection", "at exit"], "a service is a moment")
    none = samples.call("heap", "--at=debug-text:never", samples.program("dll_heap"))
    require("no snapshot was taken of that moment" in none.stderr, "a moment that does not come is named")
    bad = samples.call("heap", "--at=service:NtNothing", samples.program("dll_heap"), expect=125)
    require("there is no service NtNothing" in bad.stderr, bad.stderr)
    for command in ("heap", "vm"):
        require("PROGRAM.exe" in samples.call(command, "--help").stdout, f"oriel {command} --help teaches")


for test in (block_limits, commit_growth, fragmentation, low_memory_seh, execute_heap, dll_heap, walk_heap, list_heaps, address_space, physical_window, damage, moments):
    test()
    print(f"{test.__name__}: as the chapter says")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What oriel says of a program that dies: text, JSON, exit code."""
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from minidump import Minidump

ORIEL, PROGRAM = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
HAS_SYMBOLIZER = shutil.which("llvm-symbolizer") is not None


def run(how, *options, program=PROGRAM, keep=()):
    with tempfile.TemporaryDirectory() as folder:
        code_file = pathlib.Path(folder) / "code"
        result = subprocess.run([ORIEL, f"--exit-code-file={code_file}", *options, program, how], capture_output=True, text=True, timeout=60,
                                cwd=folder)
        run.kept = {name: pathlib.Path(folder, name).read_text() for name in keep}
        return result.stderr, int(code_file.read_text(), 16)


class CrashReport(unittest.TestCase):
    def report(self, how, code, *words):
        text, exit_code = run(how)
        self.assertEqual(exit_code, code, text)
        self.assertIn("die.exe was ended by an unhandled exception", text)
        self.assertIn(f"0x{code:X}", text)
        for word in words:
            self.assertIn(word, text)
        self.assertLessEqual(len(text.splitlines()), 26)
        return text

    def test_a_null_pointer_is_called_one(self):
        text = self.report("null", 0xC0000005, "STATUS_ACCESS_VIOLATION: it read address 0x8", "a null pointer and an offset of 8", "die.exe+0x")
        if HAS_SYMBOLIZER:
            self.assertRegex(text, r"read_through at .*die\.c:\d+")
            self.assertRegex(text, r"die at .*die\.c:\d+")

    def test_freed_memory_is_free(self):
        self.report("freed", 0xC0000005, "there: free memory")

    def test_a_page_heap_knows_who_freed_the_block(self):
        text, _ = run("block", "--page-heap", "--crash-json=crash.json", keep=("crash.json",))
        self.assertRegex(text, r"there: 4 bytes into a block of 24 bytes, allocated by die\.exe!die\+0x\w+, freed by die\.exe!die\+0x\w+ in thread \d+")
        block = json.loads(run.kept["crash.json"])["block"]
        self.assertEqual((block["size"], block["is_freed"]), (24, True))
        self.assertEqual([frame["function"] for frame in block["allocated"]["stack"][:2]], ["RtlpAllocateHeap", "die"])
        self.assertEqual([frame["function"] for frame in block["freed"]["stack"][:2]], ["RtlpFreeHeap", "die"])

    def test_heaps_and_stacks_are_called_so(self):
        self.report("heap", 0xC0000005, " bytes into heap 0x", "reserved but not committed")
        self.report("stack", 0xC0000005, "there: in this thread's stack")

    def test_a_constant_is_read_only(self):
        self.report("constant", 0xC0000005, "it wrote address", "in die.exe at", "read only")

    def test_a_recursion_shows_both_ends_of_the_stack(self):
        text = self.report("recursion", 0xC00000FD, "the stack is full", "RtlUserThreadStart")
        self.assertRegex(text, r"\.\.\. \d+ frames")

    def test_a_call_of_null_has_a_caller(self):
        self.report("call", 0xC0000005, "it executed address 0x0", "die.exe+0x")

    def test_other_codes_are_put_in_words(self):
        self.report("division", 0xC0000094, "an integer was divided by zero")
        self.report("illegal", 0xC000001D, "the CPU does not know this instruction")
        self.report("fastfail", 0xC0000409, "__fastfail(7)")
        self.report("raise", 0xE0001234, "RaiseException")
        self.report("failfast", 0xC0000602)

    def test_a_mapped_file_that_was_cut_off_is_an_in_page_error(self):
        with tempfile.TemporaryDirectory() as folder:
            code_file = pathlib.Path(folder, "code")
            command = [ORIEL, f"--exit-code-file={code_file}", PROGRAM, "in-page"]
            with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
                program.stdout.readline()
                os.truncate(pathlib.Path(folder, "mapped.bin"), 4096)
                _, text = program.communicate(b"\n", timeout=60)
            self.assertEqual(int(code_file.read_text(), 16), 0xC0000006)
        self.assertIn("STATUS_IN_PAGE_ERROR", text.decode())
        self.assertIn("there: in a mapped view", text.decode())

    def test_a_lost_stack_still_has_a_report(self):
        self.report("stackless", 0xC0000005, "where: 0x")

    def test_a_program_that_wants_no_report_ends_with_its_code_only(self):
        text, code = run("silent")
        self.assertEqual(code, 0xC0000005)
        self.assertEqual(text, "")

    def test_the_json_has_everything(self):
        text, code = run("null", "--crash-json=-")
        facts = json.loads(text)
        self.assertEqual(code, 0xC0000005)
        self.assertEqual((facts["program"], facts["code"], facts["name"]), ("die.exe", "0xC0000005", "STATUS_ACCESS_VIOLATION"))
        self.assertEqual(facts["parameters"], ["0x0", "0x8"])
        self.assertEqual(facts["registers"]["rip"], facts["address"])
        self.assertEqual(facts["stack"][0]["module"], "die.exe")
        self.assertTrue(facts["stack_is_complete"])
        self.assertEqual(facts["accessed"], "nothing: a null pointer and an offset of 8")
        names = [frame.get("function") for frame in facts["stack"]]
        self.assertEqual((names[1], names[-1]), ("die", "RtlUserThreadStart"))
        if HAS_SYMBOLIZER:
            self.assertEqual((names[0], facts["stack"][0]["file"].rsplit("/", 1)[-1]), ("read_through", "die.c"))
        modules = {module["name"]: module for module in facts["modules"]}
        self.assertLessEqual({"die.exe", "kernel32.dll", "ntdll.dll"}, set(modules))
        self.assertTrue(modules["ntdll.dll"]["builtin"])
        self.assertEqual(modules["die.exe"]["file"], PROGRAM)
        self.assertTrue(int(modules["die.exe"]["base"], 16) <= int(facts["address"], 16) < int(modules["die.exe"]["base"], 16) + modules["die.exe"]["size"])

    def test_the_json_can_go_to_a_file_beside_the_text(self):
        with tempfile.TemporaryDirectory() as folder:
            text, _ = run("null", f"--crash-json={folder}/crash.json")
            self.assertIn("unhandled exception", text)
            self.assertEqual(json.loads(pathlib.Path(folder, "crash.json").read_text())["name"], "STATUS_ACCESS_VIOLATION")

    def test_a_minidump_can_be_read(self):
        with tempfile.TemporaryDirectory() as folder:
            text, _ = run("null", f"--dump-on-crash={folder}/a.dmp")
            self.assertIn("dump:", text)
            dump = Minidump(pathlib.Path(folder, "a.dmp").read_bytes())
        exception = dump.exception()
        self.assertEqual((exception["code"], exception["parameters"]), (0xC0000005, (0, 8)))
        (rip,) = struct.unpack_from("<Q", exception["context"], 0xF8)
        self.assertEqual(rip, exception["address"])
        names = {name.rsplit("\\", 1)[-1]: (base, size) for base, size, name in dump.modules()}
        self.assertLessEqual({"die.exe", "ntdll.dll", "kernel32.dll"}, set(names))
        base, size = names["die.exe"]
        self.assertTrue(base <= rip < base + size)
        crashed = [thread for thread in dump.threads() if thread["id"] == exception["thread"]]
        self.assertEqual(len(crashed), 1)
        (rsp,) = struct.unpack_from("<Q", exception["context"], 0x98)
        stack = [content for begin, content in dump.memory() if begin <= rsp < begin + len(content)]
        (return_address,) = struct.unpack_from("<Q", stack[0], rsp - crashed[0]["stack"])
        self.assertTrue(base <= return_address < base + size, "the stack holds the return address into the program")
        self.assertTrue(any(begin <= rip < begin + len(content) for begin, content in dump.memory()), "the code around the fault is there")
        self.assertTrue(any(at <= rip < at + size and state == 0x1000 for at, _, _, _, size, state, *_ in dump.regions()))

    def test_lldb_opens_a_minidump(self):
        lldb = next(filter(None, map(shutil.which, ("lldb", "lldb-14", "lldb-15", "lldb-16", "lldb-17", "lldb-18", "lldb-19"))), None)
        if lldb is None:
            self.skipTest("lldb is not there")
        with tempfile.TemporaryDirectory() as folder:
            run("null", f"--dump-on-crash={folder}/a.dmp")
            said = subprocess.run([lldb, "--no-lldbinit", "--batch", "-c", f"{folder}/a.dmp", "-o", "thread list", "-o", "image list", "-o", "register read rcx"],
                                  capture_output=True, text=True, timeout=120).stdout
        self.assertRegex(said, r"thread #1.*Exception 0xc0000005 encountered at address 0x\w+")
        self.assertRegex(said, r"0x0*140000000 .*die\.exe")
        self.assertRegex(said, r"rcx = 0x0*8\b")

    def test_functions_have_names_without_debug_information(self):
        with tempfile.TemporaryDirectory() as folder:
            stripped = pathlib.Path(folder, "die.exe")
            subprocess.run(["x86_64-w64-mingw32-strip", "--strip-debug", "-o", stripped, PROGRAM], check=True)
            text, _ = run("null", program=stripped)
            self.assertRegex(text, r"die\.exe\+0x\w+ +die\b", "from the symbol table")
            subprocess.run(["x86_64-w64-mingw32-strip", "-o", stripped, PROGRAM], check=True)
            text, _ = run("null", program=stripped)
            self.assertRegex(text, r"die\.exe\+0x\w+\n", "nothing names it")

    def test_a_pdb_beside_the_program_is_read(self):
        clang, link = shutil.which("clang"), shutil.which("lld-link")
        library = pathlib.Path("/usr/x86_64-w64-mingw32/lib/libkernel32.a")
        if not (clang and link and HAS_SYMBOLIZER and library.exists()):
            self.skipTest("clang, lld-link, llvm-symbolizer or mingw-w64's import library is not there")
        source = pathlib.Path(__file__).parent / "pdb.c"
        with tempfile.TemporaryDirectory() as folder:
            at = pathlib.Path(folder)
            subprocess.run([clang, "--target=x86_64-pc-windows-msvc", "-g", "-gcodeview", "-O1", "-fno-optimize-sibling-calls", "-c", source,
                            "-o", at / "pdb.obj"], check=True)
            subprocess.run([link, "/debug", "/entry:start", "/subsystem:console", "/nodefaultlib", f"/out:{at}/pdb.exe", at / "pdb.obj", library],
                           check=True)
            text, code = run("", program=at / "pdb.exe")
            self.assertEqual(code, 0xC0000005)
            self.assertRegex(text, r"read_through at .*pdb\.c:\d+")
            self.assertEqual(len(re.findall(r"deeper at .*pdb\.c:\d+", text)), 3)
            self.assertRegex(text, r"start at .*pdb\.c:\d+")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: MIT
# oriel-gdb.py: what gdb needs to know of Windows programs that run in oriel.
#
#   gdb -iex 'add-auto-load-safe-path /' --args oriel prog.exe      or, attached:  gdb -p PID
#
# It lies inside oriel (loader/start/debugger) and loads itself. Three things: symbols of the guest's images, as they are mapped
# (a probe tells; include/oriel/debugger_probe.h); an unwinder for 64-bit code by .pdata, since Windows programs have no
# DWARF frames, so that `bt` goes from the host through the gate (loader/gate/unwind_x64.inc) to the program's start; a
# stop where an unhandled exception ends the program. Plain functions on purpose: everything here runs inside gdb.
import os
import struct
import tempfile

import gdb
import gdb.unwinder

PAGE = 0x1000
FILES_OF_HOST, BUILTIN = "\\Device\\HarddiskVolume26\\", "\\Device\\HarddiskVolume3\\Windows\\"


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def unpack(layout, data, at=0):
    return struct.unpack_from("<" + layout, data, at)


class Image:
    """A PE image in the guest's memory, with its functions from .pdata."""

    def __init__(self, base, name):
        self.base, self.name, self.functions = base, name, None
        head = memory(base, PAGE)
        (nt,) = unpack("I", head, 0x3C)
        self.is_64 = unpack("H", head, nt + 24)[0] == 0x20B
        (self.size,) = unpack("I", head, nt + 24 + 56)
        self.exceptions = unpack("II", head, nt + 24 + 112 + 8 * 3) if self.is_64 else (0, 0)

    def function_at(self, pc):
        if self.functions is None:
            rva, size = self.exceptions
            data = memory(self.base + rva, size) if size else b""
            self.functions = [unpack("III", data, at) for at in range(0, len(data) - 11, 12)]
        low, high, offset = 0, len(self.functions), pc - self.base
        while low < high:
            middle = (low + high) // 2
            begin, end, _ = self.functions[middle]
            if offset < begin:
                high = middle
            elif offset >= end:
                low = middle + 1
            else:
                return self.functions[middle]
        return None


images = {}
folder = tempfile.TemporaryDirectory(prefix="oriel-gdb-")


def image_at(pc):
    return next((image for image in images.values() if image.base <= pc < image.base + image.size), None)


# -------------------------------------------------------------------------------------- symbols

def file_of_builtin(base, name):
    """The builtin DLLs lie in oriel's own file: a copy of the one that is mapped at `base`, as gdb wants a file for each."""
    pid = gdb.selected_inferior().pid
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            words = line.split()
            if int(words[0].split("-")[0], 16) == base and len(words) > 5:
                path, offset = words[5], int(words[2], 16)
                break
        else:
            return None
    with open(f"/proc/{pid}/exe" if os.path.exists(f"/proc/{pid}/exe") else path, "rb") as file:
        file.seek(offset)
        head = file.read(PAGE)
        if head[:2] != b"MZ":
            return None
        (nt,) = unpack("I", head, 0x3C)
        count, _, symbols, symbol_count, optional = unpack("HIIIH", head, nt + 6)
        end = max(sum(unpack("II", head, nt + 24 + optional + 40 * i + 16)) for i in range(count))
        if symbols:
            file.seek(offset + symbols + 18 * symbol_count)
            end = max(end, symbols + 18 * symbol_count + unpack("I", file.read(4))[0])
        file.seek(offset)
        copy = os.path.join(folder.name, name)
        with open(copy, "wb") as out:
            out.write(file.read(end))
    return copy


def host_file(base, nt_name):
    if nt_name.startswith(FILES_OF_HOST):
        return "/" + nt_name[len(FILES_OF_HOST):].replace("\\", "/")
    if nt_name.startswith(BUILTIN):
        return file_of_builtin(base, nt_name.rsplit("\\", 1)[1])
    return None


def add_image(base, nt_name):
    if base in images and images[base].name == nt_name:
        return
    image = images[base] = Image(base, nt_name)
    path = host_file(base, nt_name)
    if path is None or not os.path.exists(path):
        return
    with open(path, "rb") as file:
        head = file.read(PAGE)
    (nt,) = unpack("I", head, 0x3C)
    preferred = unpack("Q", head, nt + 24 + 24)[0] if image.is_64 else unpack("I", head, nt + 24 + 28)[0]
    try:
        gdb.execute(f"add-symbol-file {gdb_quoted(path)} -o {base - preferred:#x}", to_string=True)
    except gdb.error as error:
        gdb.write(f"oriel: no symbols of {path}: {error}\n")


def gdb_quoted(path):
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def images_of_loader():
    """By the lists of the guest's ntdll: for a gdb that came later. The 64-bit TEB is where GS points."""
    def pointer(at):
        return unpack("Q", memory(at, 8))[0]

    try:
        teb = int(gdb.parse_and_eval("$gs_base"))
        if teb == 0:
            return
        head = pointer(pointer(teb + 0x60) + 0x18) + 0x10 # TEB, PEB, Ldr, InLoadOrderModuleList
        entry, seen = pointer(head), 0
        while entry != head and seen < 1000:
            seen += 1
            base, (length,), name = pointer(entry + 0x30), unpack("H", memory(entry + 0x48, 2)), pointer(entry + 0x50)
            dos = memory(name, length).decode("utf-16-le", "replace")
            drive = {"Z:\\": FILES_OF_HOST, "C:\\": "\\Device\\HarddiskVolume3\\"}.get(dos[:3].upper())
            if drive:
                add_image(base, drive + dos[3:])
            entry = pointer(entry)
    except gdb.error:
        pass  # no guest yet, or a thread of the host's own


class ImageMapped(gdb.Breakpoint):
    def __init__(self):
        super().__init__("-probe-stap oriel:image", internal=True)
        self.silent = True

    def stop(self):
        base, name, units = (int(gdb.parse_and_eval(register)) for register in ("$rdi", "$rsi", "$rdx"))
        add_image(base, memory(name, units * 2).decode("utf-16-le", "replace"))
        return False


class Crash(gdb.Breakpoint):
    def __init__(self):
        super().__init__("-probe-stap oriel:crash", internal=True)
        self.silent = True

    def stop(self):
        code = int(gdb.parse_and_eval("$rdi"))
        gdb.write(f"oriel: an unhandled exception ends the program, code {code:#010x}; bt shows where\n")
        return True


# ------------------------------------------------------------------------------------- unwinder

REGISTERS = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"]
NONVOLATILE = ["rbx", "rbp", "rsi", "rdi", "r12", "r13", "r14", "r15"]


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


def unwind_codes(info):
    """(offset in the prologue, operation, its information, its operand)."""
    _, _, count, _ = unpack("4B", info)
    at = 4
    end = 4 + 2 * count
    while at + 2 <= end:
        offset, word = info[at], info[at + 1]
        operation, information = word & 15, word >> 4
        at += 2
        operand = 0
        if operation == 1:
            operand = unpack("I", info, at)[0] if information else unpack("H", info, at)[0] * 8
            at += 4 if information else 2
        elif operation in (4, 8):
            operand = unpack("H", info, at)[0] * (8 if operation == 4 else 16)
            at += 2
        elif operation in (5, 9):
            operand = unpack("I", info, at)[0]
            at += 4
        elif operation == 2:
            operand = information * 8 + 8
        elif operation == 6:
            at += 2  # version 2's epilogues: not needed where a call returns to
        yield offset, operation, information, operand


def in_epilogue(registers, code):
    """An interrupted epilogue: `add rsp`, then pops, then `ret`. Answers whether the registers were brought to the caller's."""
    changed = dict(registers)
    at = 0
    if code[:3] == b"\x48\x83\xC4":
        changed["rsp"] += code[3]
        at = 4
    elif code[:3] == b"\x48\x81\xC4":
        changed["rsp"] += unpack("I", code, 3)[0]
        at = 7
    while at + 2 <= len(code):
        extended = code[at] & 0xF8 == 0x40 and code[at] & 1
        byte = code[at + 1] if extended else code[at]
        if byte & 0xF8 != 0x58:
            break
        name = REGISTERS[(byte & 7) + (8 if extended else 0)]
        changed[name] = unpack("Q", memory(changed["rsp"], 8))[0]
        changed["rsp"] += 8
        at += 2 if extended else 1
    if code[at:at + 1] != b"\xC3" and code[at:at + 2] != b"\xF3\xC3":
        return False
    changed["rip"] = unpack("Q", memory(changed["rsp"], 8))[0]
    changed["rsp"] += 8
    registers.update(changed)
    return True


def unwind(image, registers):
    """To the caller's registers ("x64 exception handling", Microsoft documentation)."""
    pc = registers["rip"]
    function = image.function_at(pc) if image else None
    machine_frame = False
    if function and in_epilogue(registers, memory(pc, 16)):
        return
    first = True
    while function:
        begin, _, unwind_rva = function
        header = memory(image.base + unwind_rva, 4)
        size = 4 + 2 * ((header[2] + 1) & ~1) + 12
        info = memory(image.base + unwind_rva, size)
        flags, frame = info[0] >> 3, info[3]
        into = pc - image.base - begin if first else 0xFFFFFFFF
        frame_base = registers[REGISTERS[frame & 15]] - (frame >> 4) * 16 if frame & 15 else registers["rsp"]
        codes = list(unwind_codes(info))
        if frame & 15 and not any(operation == 3 and offset <= into for offset, operation, _, _ in codes):
            frame_base = registers["rsp"]
        for offset, operation, information, operand in codes:
            if offset > into:
                continue
            if operation == 0:
                registers[REGISTERS[information]] = unpack("Q", memory(registers["rsp"], 8))[0]
                registers["rsp"] += 8
            elif operation in (1, 2):
                registers["rsp"] += operand
            elif operation == 3:
                registers["rsp"] = frame_base
            elif operation in (4, 5):
                registers[REGISTERS[information]] = unpack("Q", memory(frame_base + operand, 8))[0]
            elif operation == 10:
                at = registers["rsp"] + (8 if information else 0)
                registers["rip"], registers["rsp"] = unpack("Q", memory(at, 8))[0], unpack("Q", memory(at + 24, 8))[0]
                machine_frame = True
        function = unpack("III", info, 4 + 2 * ((info[2] + 1) & ~1)) if flags & 4 else None
        first = False
    if not machine_frame:
        registers["rip"] = unpack("Q", memory(registers["rsp"], 8))[0]
        registers["rsp"] += 8


class GuestUnwinder(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("oriel")

    def __call__(self, pending):
        pc = int(pending.read_register("rip"))
        image = image_at(pc)
        if image is None or not image.is_64:
            return None
        mask = (1 << 64) - 1
        registers = {name: 0 for name in REGISTERS} # of a caller, the volatile ones are not known
        for name in REGISTERS:
            try:
                registers[name] = int(pending.read_register(name)) & mask
            except gdb.error:
                pass
        registers["rip"] = pc
        sp = registers["rsp"]
        try:
            unwind(image, registers)
        except (gdb.MemoryError, struct.error, OverflowError):
            return None
        # An identity that every instruction of the function has: the caller's stack pointer.
        info = pending.create_unwind_info(FrameId(gdb.Value(registers["rsp"] - 8), gdb.Value(pc)))
        if registers["rip"] == 0 or registers["rsp"] <= sp:
            return info  # the end of the stack: there is no caller
        for name in NONVOLATILE + ["rsp", "rip"]:
            kind = pending.read_register(name if name in ("rsp", "rip") else "rbx").type
            info.add_saved_register(name, gdb.Value(registers[name]).cast(kind))
        return info


# ---------------------------------------------------------------------------------------- start

def looks_at_stops(event):
    if not images:
        images_of_loader()


def forget(event):
    images.clear()


def begin():
    # The gate's own signals (ntdll-emu/hal/real_time_signals.h), and faults, which are the guest's exceptions: an unhandled one stops.
    for signal in ("SIG35", "SIG36", "SIG37", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"):
        gdb.execute(f"handle {signal} nostop noprint pass", to_string=True)
    gdb.execute("set breakpoint pending on")
    gdb.unwinder.register_unwinder(None, GuestUnwinder(), replace=True)
    ImageMapped()
    Crash()
    gdb.events.stop.connect(looks_at_stops)
    gdb.events.exited.connect(forget)
    if gdb.selected_inferior().pid:
        images_of_loader() # attached


begin()

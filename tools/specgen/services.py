#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generates, from ntdll-emu/services/*.spec, all that knows every service by name.

A service is declared once (DESIGN 3):

    NtClose(handle Handle)
    NtReadFile(handle FileHandle, ..., out IO_STATUS_BLOCK* IoStatusBlock, buffer(Length) Buffer, ...)
    NtFoo(handle Handle) undone

and from that come, into the build's `generated/` folder:

    nt_services.h           guest prototypes (extern "C", NT's own types)
    service_stubs_x64.S     guest stubs as Windows has them, 64-bit
    service_stubs_x86.S     the same for 32-bit
    services/decl.h         host prototypes, templates on the ABI
    services/FAMILY.inst.inc  explicit instantiations of one family, for the end of its .cpp
    services/table.cpp      the dispatch tables and the descriptions that trace prints with
    services.md             the reference table

Service numbers are the rank of the name, as a build's own matter: they differ between Windows versions too.
"""
import argparse
import pathlib
import re
import sys

SCALARS = {  # spec type: (host type, guest type, signed)
    "bool8": ("bool", "unsigned char", False),
    "u8": ("std::uint8_t", "std::uint8_t", False),
    "u16": ("std::uint16_t", "std::uint16_t", False),
    "u32": ("std::uint32_t", "std::uint32_t", False),
    "i32": ("std::int32_t", "std::int32_t", True),
    "u64": ("std::uint64_t", "std::uint64_t", False),
    "i64": ("std::int64_t", "std::int64_t", True),
    "uptr": ("std::uint64_t", "nt::uptr<nt::Native>", False),
    "address": ("Address", "void*", False),
    "handle": ("nt::Handle", "void*", False),
    "status": ("Status", "nt::Status", False),
}
POINTEE_HOST = {"uptr": "nt::uptr<Abi>", "address": "nt::uptr<Abi>", "handle": "nt::uptr<Abi>", "bool8": "std::uint8_t",
                "u8": "std::uint8_t", "u16": "std::uint16_t", "u32": "std::uint32_t", "i32": "std::int32_t",
                "u64": "std::uint64_t", "i64": "std::int64_t", "status": "nt::Status"}


class SpecError(Exception):
    pass


class Parameter:
    def __init__(self, text, where):
        words = text.split()
        self.direction, self.set_name, self.length_of = "", None, None
        if words and words[0] in ("in", "out", "inout"):
            self.direction = words.pop(0)
        match = re.fullmatch(r"(flags|enum)\((\w+)\)", words[0]) if words else None
        if match:
            self.set_name = match.group(2)
            words.pop(0)
        match = re.fullmatch(r"buffer\((\w+)\)", words[0]) if words else None
        if match:
            self.length_of = match.group(1)
            words[0] = "address"
        if len(words) != 2:
            raise SpecError(f"{where}: cannot read the parameter '{text}'")
        self.type, self.name = words
        self.pointer = self.type.endswith("*")
        self.base = self.type.rstrip("*")
        if not self.pointer and self.base not in SCALARS:
            raise SpecError(f"{where}: unknown type '{self.type}' of {self.name}")
        if self.pointer and not self.direction:
            raise SpecError(f"{where}: {self.name} is a pointer and needs in, out or inout")

    @property
    def host_type(self):
        if self.pointer:
            return f"UserPtr<{POINTEE_HOST.get(self.base, f'nt::{self.base}<Abi>')}>"
        return SCALARS[self.base][0]

    @property
    def guest_type(self):
        if self.pointer:
            inner = SCALARS[self.base][1] if self.base in SCALARS else f"nt::{self.base}<nt::Native>"
            return inner + "*"
        return SCALARS[self.base][1]

    @property
    def slots_32(self):
        """4-byte stack slots on i386."""
        return 2 if not self.pointer and self.base in ("u64", "i64") else 1

    @property
    def kind(self):
        """How trace prints it: an enumerator of services::ArgumentKind."""
        if self.pointer:
            table = {"UNICODE_STRING": "UnicodeString", "OBJECT_ATTRIBUTES": "ObjectAttributes", "handle": "HandlePointer",
                     "address": "NumberPointer", "uptr": "NumberPointer", "u32": "Number32Pointer",
                     "i64": "Number64Pointer", "u64": "Number64Pointer", "IO_STATUS_BLOCK": "IoStatusBlock"}
            return table.get(self.base, "Pointer")
        table = {"handle": "Handle", "address": "Address", "bool8": "Boolean", "status": "Status", "i32": "Signed",
                 "i64": "Signed"}
        return "Flags" if self.set_name else table.get(self.base, "Number")


class Service:
    def __init__(self, name, parameters, undone, family):
        self.name, self.parameters, self.undone, self.family = name, parameters, undone, family


def parse(path):
    text = re.sub(r"#[^\n]*", "", path.read_text())
    services, position = [], 0
    pattern = re.compile(r"\s*(\w+)\s*\(((?:[^()]|\(\w+\))*)\)\s*(undone)?")
    while text[position:].strip():
        match = pattern.match(text, position)
        if not match:
            line = text.count("\n", 0, position) + 1
            raise SpecError(f"{path.name}:{line}: expected 'NtName(parameters)'")
        where = f"{path.name}: {match.group(1)}"
        inner = match.group(2).strip()
        parameters = [Parameter(part.strip(), where) for part in re.split(r",(?![^(]*\))", inner)] if inner else []
        for parameter in parameters:
            if parameter.length_of and parameter.length_of not in (other.name for other in parameters):
                raise SpecError(f"{where}: {parameter.name}'s length {parameter.length_of} is no parameter")
        services.append(Service(match.group(1), parameters, bool(match.group(3)), path.stem))
        position = match.end()
    return services


def guest_header(services):
    lines = ["// Generated from ntdll-emu/services/*.spec: the services as guest code calls them.", "#pragma once", "",
             "#include <nt/service_types.h>", "", 'extern "C" {']
    for service in services:
        args = ", ".join(f"{p.guest_type} {p.name}" for p in service.parameters) or "void"
        lines.append(f"nt::Status NT_API {service.name}({args});")
        if service.name.startswith("Nt"):
            lines.append(f"nt::Status NT_API Zw{service.name[2:]}({args});")
    return "\n".join(lines + ["}", ""])


def stubs_x64(services):
    out = ["// Generated: the system-call stubs, byte for byte as 64-bit Windows 10 has them up to `ret`.",
           "    .intel_syntax noprefix", "    .text"]
    for number, service in enumerate(services):
        names = [service.name] + (["Zw" + service.name[2:]] if service.name.startswith("Nt") else [])
        out += ["    .p2align 4"]
        for name in names:
            out += [f"    .globl {name}", f"    .def {name}; .scl 2; .type 32; .endef", f"{name}:"]
        out += ["    mov r10, rcx", f"    mov eax, {number}", "    test byte ptr [0x7ffe0308], 1", "    jne 1f",
                "    syscall", "    ret", "1:  call qword ptr ds:[0x7ffe1000]", "    ret"]
    out += ["    .section .drectve,\"yn\""]
    for service in services:
        out.append(f'    .ascii " -export:{service.name}"')
        if service.name.startswith("Nt"):
            out.append(f'    .ascii " -export:Zw{service.name[2:]}"')
    return "\n".join(out + [""])


def stubs_x86(services):
    out = ["// Generated: the system-call stubs as 32-bit Windows has them under WOW64: through fs:[0xC0].",
           "    .intel_syntax noprefix", "    .text"]
    exports = []
    for number, service in enumerate(services):
        size = 4 * sum(p.slots_32 for p in service.parameters)
        names = [service.name] + (["Zw" + service.name[2:]] if service.name.startswith("Nt") else [])
        out += ["    .p2align 4"]
        for name in names:
            symbol = f"_{name}@{size}"
            exports.append(f"{name}@{size}")  # the linker adds the underscore and drops "@N" (--kill-at)
            out += [f'    .globl "{symbol}"', f'    .def "{symbol}"; .scl 2; .type 32; .endef', f'"{symbol}":']
        out += [f"    mov eax, {number}", "    call dword ptr fs:[0xc0]", f"    ret {size}" if size else "    ret"]
    out += ["    .section .drectve,\"yn\""]
    out += [f'    .ascii " -export:{export}"' for export in exports]
    return "\n".join(out + [""])


def host_declarations(services):
    lines = ["// Generated from ntdll-emu/services/*.spec: each service as the host implements it.", "#pragma once", "",
             "#include <ntdll-emu/services/call.h>", "#include <nt/service_types.h>", "", "namespace oriel::services {", ""]
    for service in services:
        if service.undone:
            continue
        args = ", ".join(["Call<Abi>& call"] + [f"{p.host_type} {p.name}" for p in service.parameters])
        lines += ["template<class Abi>", f"Status {service.name}({args});"]
    return "\n".join(lines + ["", "} // namespace oriel::services", ""])


def instantiations(services, family):
    lines = [f"// Generated: the {family} services for both ABIs.", "namespace oriel::services {"]
    for service in services:
        if service.family != family or service.undone:
            continue
        for abi in ("nt::Nt64", "nt::Nt32"):
            types = ", ".join([f"Call<{abi}>&"] + [p.host_type.replace("Abi", abi) for p in service.parameters])
            lines.append(f"template Status {service.name}<{abi}>({types});")
    return "\n".join(lines + ["} // namespace oriel::services", ""])


def dispatch_case(service):
    """A thunk template: raw argument slots to typed parameters."""
    body, args, slot = [], ["call"], 0
    for parameter in service.parameters:
        args.append(f"argument<{parameter.host_type}, Abi, {slot}>(slots)")
        slot += 1  # widened to one slot each on both ABIs by the capture step
    joined = ", ".join(args)
    return [f"template<class Abi> Status thunk_{service.name}(Call<Abi>& call, [[maybe_unused]] const Slots& slots) {{",
            f"    return {service.name}<Abi>({joined});", "}"]


def widening(service):
    """How the slots of a 32-bit call become one 64-bit slot for each parameter: a bit for each that has two of
    them, and one for each that keeps its sign."""
    wide = sum(1 << i for i, p in enumerate(service.parameters) if p.slots_32 == 2)
    signed = sum(1 << i for i, p in enumerate(service.parameters)
                 if not p.pointer and p.slots_32 == 1 and (p.base == "handle" or SCALARS[p.base][2]))
    return wide, signed


def table(services):
    lines = ["// Generated from ntdll-emu/services/*.spec: the dispatch tables, and what trace needs to print a call.",
             "#include <ntdll-emu/services/dispatch.h>", "#include \"decl.h\"", "", "namespace oriel::services {", "namespace {", ""]
    for service in services:
        if not service.undone:
            lines += dispatch_case(service)
    lines.append("")
    for service in services:
        if service.parameters:
            places = {p.name: i for i, p in enumerate(service.parameters)}
            rows = ", ".join(
                f'{{"{p.name}", "{p.base}", ArgumentKind::{p.kind}, Direction::{ {"": "Value", "in": "In", "out": "Out", "inout": "InOut"}[p.direction] }, '
                f'"{p.set_name or ""}", '
                f'{ {"bool8": 1, "u8": 1, "u16": 2, "u32": 4, "i32": 4, "status": 4}.get(p.base, 8) if not p.pointer else 8}, '
                f'{places[p.length_of] if p.length_of else -1}}}'
                for p in service.parameters)
            lines.append(f"constexpr Argument arguments_{service.name}[] = {{{rows}}};")
    for abi in ("64", "32"):
        lines += ["", f"constexpr Entry<nt::Nt{abi}> entries_{abi}[] = {{"]
        for service in services:
            thunk = "nullptr" if service.undone else f"thunk_{service.name}<nt::Nt{abi}>"
            slots = len(service.parameters) if abi == "64" else sum(p.slots_32 for p in service.parameters)
            wide, signed = widening(service) if abi == "32" else (0, 0)
            lines.append(f"    {{{thunk}, {slots}, {wide:#x}, {signed:#x}}},")
        lines += ["};"]
    lines += ["", "constexpr Description descriptions[] = {"]
    for service in services:
        arguments = f"arguments_{service.name}" if service.parameters else "{}"
        lines.append(f'    {{"{service.name}", "{service.family}", {arguments}, {str(service.undone).lower()}}},')
    lines += ["};", "", "} // namespace", "",
              "template<> std::span<const Entry<nt::Nt64>> entries<nt::Nt64>() { return entries_64; }",
              "template<> std::span<const Entry<nt::Nt32>> entries<nt::Nt32>() { return entries_32; }",
              "std::span<const Description> service_descriptions() { return descriptions; }", "",
              "} // namespace oriel::services", ""]
    return "\n".join(lines)


def reference(services):
    lines = ["# Services", "", "| number | service | family | parameters | state |", "|---|---|---|---|---|"]
    for number, service in enumerate(services):
        parameters = ", ".join(f"{p.direction} {p.type} {p.name}".strip() for p in service.parameters)
        lines.append(f"| {number} | {service.name} | {service.family} | {parameters} | {'undone' if service.undone else 'done'} |")
    return "\n".join(lines + [""])


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description="Generate the service tables from the .spec files.")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the generated/ folder")
    parser.add_argument("specs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    try:
        services = sorted((s for spec in options.specs for s in parse(spec)), key=lambda s: s.name)
    except SpecError as error:
        sys.exit(f"specgen: {error}")
    for first, second in zip(services, services[1:]):
        if first.name == second.name:
            sys.exit(f"specgen: {first.name} is declared in {first.family}.spec and in {second.family}.spec")
    write(options.out / "nt_services.h", guest_header(services))
    write(options.out / "service_stubs_x64.S", stubs_x64(services))
    write(options.out / "service_stubs_x86.S", stubs_x86(services))
    write(options.out / "services" / "decl.h", host_declarations(services))
    for family in sorted({spec.stem for spec in options.specs}):
        write(options.out / "services" / f"{family}.inst.inc", instantiations(services, family))
    write(options.out / "services" / "table.cpp", table(services))
    write(options.out / "services.md", reference(services))


if __name__ == "__main__":
    main()

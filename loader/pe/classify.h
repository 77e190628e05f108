// SPDX-License-Identifier: MIT
// classify.h: what a file is, when somebody asks us to run it, and why we cannot.
//
// People give Oriel all sorts of files. Each kind that is not a program for us gets its own line.
#pragma once

#include <loader/pe/image.h>

#include <string>

namespace oriel::pe {

enum class FileKind : std::uint8_t {
    Program64,    ///< PE32+ for x64, a console or GUI program
    Program32,    ///< PE32 for i386
    Dll,
    NativeProgram, ///< for the NT kernel's native subsystem, or a driver
    OtherSubsystem, ///< EFI, CE, Xbox, ...
    OtherCpu,
    DotNet,       ///< nothing but IL: needs the .NET runtime
    Ne,           ///< 16-bit Windows or OS/2
    Le,           ///< LE or LX
    Dos,
    Elf,
    MachO,
    Script,
    Text,
    Archive,
    Empty,
    Truncated,
    Malformed,    ///< begins as a PE image, breaks a rule
    Unknown,
};

struct Classification {
    FileKind kind = FileKind::Unknown;
    nt::Status status = nt::Status::InvalidImageNotMz; ///< what NT answers; Success for a program
    std::string line; ///< one clear sentence without the file's name: "is an ELF program ..."

    [[nodiscard]] bool runnable() const { return kind == FileKind::Program64 || kind == FileKind::Program32; }
};

Classification classify(Bytes file);

/// "x64", "ARM64", ...; "machine 0x1234" for one without a name.
std::string machine_name(nt::ImageMachine machine);
std::string subsystem_name(nt::ImageSubsystem subsystem);

} // namespace oriel::pe

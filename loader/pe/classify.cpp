// SPDX-License-Identifier: MIT
#include <loader/pe/classify.h>

#include <loader/pe/directories.h>

#include <algorithm>
#include <cstdio>

namespace oriel::pe {

namespace {

template<class Value>
std::string numbered(const char* what, Value value) {
    char text[32];
    std::snprintf(text, sizeof text, "%s 0x%x", what, static_cast<unsigned>(value));
    return text;
}

bool begins_with(Bytes file, std::string_view magic) {
    const auto head = slice(file, 0, magic.size());
    return head && std::memcmp(head->data(), magic.data(), magic.size()) == 0;
}

/// No control characters but white space in the first part of the file; UTF-8 and the like count as text.
bool looks_like_text(Bytes file) {
    const Bytes head = file.first(std::min<std::size_t>(file.size(), 512));
    return std::all_of(head.begin(), head.end(), [](std::byte byte) {
        const auto c = std::to_integer<unsigned char>(byte);
        return c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x1A;
    });
}

std::string elf_line(Bytes file) {
    const bool wide = file.size() > 4 && std::to_integer<int>(file[4]) == 2;
    return std::string("is an ELF file (a ") + (wide ? "64" : "32") +
           "-bit program or library for Linux or a BSD), not a Windows program";
}

Classification foreign(Bytes file) {
    using nt::Status;
    if (file.empty()) return {FileKind::Empty, Status::InvalidImageNotMz, "is empty"};
    if (begins_with(file, "\x7F" "ELF")) return {FileKind::Elf, Status::InvalidImageNotMz, elf_line(file)};
    for (const std::string_view magic :
         {"\xCF\xFA\xED\xFE", "\xCE\xFA\xED\xFE", "\xFE\xED\xFA\xCF", "\xFE\xED\xFA\xCE", "\xCA\xFE\xBA\xBE"})
        if (begins_with(file, magic))
            return {FileKind::MachO, Status::InvalidImageNotMz,
                    "is a Mach-O program (macOS) or a Java class, not a Windows program"};
    if (begins_with(file, "#!"))
        return {FileKind::Script, Status::InvalidImageNotMz, "is a script (#!), not a Windows program"};
    for (const std::string_view magic : {"PK\x03\x04", "7z\xBC\xAF\x27\x1C", "Rar!", "\x1F\x8B", "MSCF"})
        if (begins_with(file, magic))
            return {FileKind::Archive, Status::InvalidImageNotMz, "is an archive: unpack it first"};
    if (begins_with(file, "M") && file.size() < 2)
        return {FileKind::Truncated, Status::InvalidImageNotMz, "is truncated: one byte of a DOS header"};
    if (looks_like_text(file))
        return {FileKind::Text, Status::InvalidImageNotMz, "is a text file, not a Windows program"};
    return {FileKind::Unknown, Status::InvalidImageNotMz,
            "is not a program: it does not begin with a DOS header (\"MZ\")"};
}

Classification refused(const Error& error) {
    const auto kind = [&] {
        switch (error.rule) {
        case Rule::NewExecutable: return FileKind::Ne;
        case Rule::LinearExecutable: return FileKind::Le;
        case Rule::NotPe: return FileKind::Dos;
        case Rule::DosHeaderTruncated:
        case Rule::HeadersTruncated:
        case Rule::RawDataBeyondFile: return FileKind::Truncated;
        default: return FileKind::Malformed;
        }
    }();
    switch (kind) {
    case FileKind::Ne:
        return {kind, error.status(),
                "is a 16-bit program (NE, Windows 3 or OS/2); 64-bit Windows does not run it either"};
    case FileKind::Le:
        return {kind, error.status(),
                "is a linear executable (LE/LX: OS/2, a DOS extender or a VxD), not a Windows NT program"};
    case FileKind::Dos:
        return {kind, error.status(), "is an MS-DOS program (MZ without a PE header); use a DOS emulator"};
    case FileKind::Truncated: return {kind, error.status(), "is truncated: " + error.describe()};
    default: return {kind, error.status(), "is no valid Windows image: " + error.describe()};
    }
}

Classification program(const Image& image) {
    const Headers& headers = image.headers();
    using nt::ImageSubsystem;
    using nt::Status;
    const bool wide = headers.machine == nt::ImageMachine::Amd64;
    if (!wide && headers.machine != nt::ImageMachine::I386)
        return {FileKind::OtherCpu, Status::ImageMachineTypeMismatchExe,
                "is a Windows image for " + machine_name(headers.machine) + "; Oriel runs x64 and i386"};
    if (wide != headers.is_64)
        return {FileKind::Malformed, Status::InvalidImageFormat,
                std::string("is no valid Windows image: ") + Error{Rule::MagicAgainstMachine}.sentence()};
    if (headers.is_dll())
        return {FileKind::Dll, Status::InvalidImageFormat, "is a DLL, not a program"};
    const auto clr = clr_of(image);
    if (clr.ok() && clr->has_value() && ((*clr)->Flags & nt::clr_il_only) != 0)
        return {FileKind::DotNet, Status::InvalidImageFormat,
                "is a .NET program (IL only): it needs the .NET runtime, which Oriel does not have"};
    switch (headers.subsystem) {
    case ImageSubsystem::WindowsConsole:
    case ImageSubsystem::WindowsGui: break;
    case ImageSubsystem::Native:
        return {FileKind::NativeProgram, Status::InvalidImageFormat,
                "is a driver or a native NT program, not a Win32 program"};
    default:
        return {FileKind::OtherSubsystem, Status::InvalidImageFormat,
                "is for the subsystem " + subsystem_name(headers.subsystem) + ", not for Win32"};
    }
    return {wide ? FileKind::Program64 : FileKind::Program32, Status::Success,
            "is a " + std::string(wide ? "64" : "32") + "-bit Windows "
                + (headers.subsystem == ImageSubsystem::WindowsConsole ? "console" : "GUI") + " program"};
}

} // namespace

Classification classify(Bytes file) {
    const auto image = Image::parse(file);
    if (image) return program(*image);
    if (image.error().rule == Rule::NotMz) return foreign(file);
    return refused(image.error());
}

std::string machine_name(nt::ImageMachine machine) {
    using enum nt::ImageMachine;
    switch (machine) {
    case I386: return "i386";
    case Amd64: return "x64";
    case Arm:
    case Thumb:
    case ArmNt: return "ARM";
    case Arm64: return "ARM64";
    case Arm64Ec: return "ARM64EC";
    case Arm64X: return "ARM64X";
    case Ia64: return "Itanium";
    case R4000: return "MIPS";
    case Alpha:
    case Alpha64: return "Alpha";
    case PowerPc: return "PowerPC";
    case Sh3:
    case Sh4: return "SuperH";
    case Ebc: return "EFI byte code";
    case RiscV32:
    case RiscV64: return "RISC-V";
    case LoongArch64: return "LoongArch";
    case Unknown: break;
    }
    return numbered("machine", machine);
}

std::string subsystem_name(nt::ImageSubsystem subsystem) {
    using enum nt::ImageSubsystem;
    switch (subsystem) {
    case Native: return "native";
    case WindowsGui: return "Windows GUI";
    case WindowsConsole: return "Windows console";
    case Os2Console: return "OS/2";
    case PosixConsole: return "POSIX";
    case NativeWindows: return "Windows 9x driver";
    case WindowsCeGui: return "Windows CE";
    case EfiApplication:
    case EfiBootServiceDriver:
    case EfiRuntimeDriver:
    case EfiRom: return "EFI";
    case Xbox: return "Xbox";
    case BootApplication: return "boot application";
    case Unknown: break;
    }
    return numbered("subsystem", subsystem);
}

} // namespace oriel::pe

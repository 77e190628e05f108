// SPDX-License-Identifier: MIT
// guest_modules.h: images of a guest that has crashed, read through fault-safe copies.
//
// Nothing of the guest can be trusted now: a table may be overwritten, a stack may lead anywhere. Every read may
// fail, every count is bounded.
#pragma once

#include <ntdll-emu/ps/process.h>
#include <ntdll-emu/rtl/exception/function_search.h>
#include <oriel/user_ptr.h>

#include <optional>
#include <string>

namespace oriel::start::crash {

/// rtl::MemoryReader of the guest.
struct GuestMemory {
    bool read(std::uint64_t from, void* to, std::size_t bytes) const { return copy_from_guest(to, Address(from), bytes).ok(); }
};

/// The image that an address lies in; null base where it lies in none.
struct Module {
    Address base;
    std::string name;      ///< "prog.exe"
    std::string host_path; ///< empty for a builtin DLL
};
Module module_at(ps::Process& process, std::uint64_t address);

/// rtl::FunctionFinder, by the images' exception directories.
class GuestFunctions {
public:
    explicit GuestFunctions(ps::Process& process) : m_process(process) {}
    std::optional<rtl::FoundFunction> find(std::uint64_t pc);

private:
    ps::Process& m_process;
};

/// The exported function that an address lies in or behind.
struct NearestExport {
    std::string name;
    std::uint64_t offset = 0;
};
std::optional<NearestExport> nearest_export(const Module& module, std::uint64_t address);

std::u16string last_component(const std::u16string& path);

} // namespace oriel::start::crash

// SPDX-License-Identifier: MIT
// trace_sets.cpp: the names, from winnt.h and wdm.h.
#include "trace_sets.h"

#include <cstdio>
#include <span>

namespace oriel::services {
namespace {

struct Name {
    std::uint32_t value;
    const char* text;
};
enum class SetKind { Flags, Values };
struct Set {
    std::string_view name;
    SetKind kind;
    std::span<const Name> names;
};

constexpr Name allocation_types[] = {{0x1000, "MEM_COMMIT"}, {0x2000, "MEM_RESERVE"}, {0x4000, "MEM_REPLACE_PLACEHOLDER"},
                                     {0x40000, "MEM_RESERVE_PLACEHOLDER"}, {0x80000, "MEM_RESET"}, {0x100000, "MEM_TOP_DOWN"},
                                     {0x200000, "MEM_WRITE_WATCH"}, {0x400000, "MEM_PHYSICAL"},
                                     {0x1000000, "MEM_RESET_UNDO"}, {0x20000000, "MEM_LARGE_PAGES"}};
constexpr Name free_types[] = {{0x4000, "MEM_DECOMMIT"}, {0x8000, "MEM_RELEASE"}, {0x1, "MEM_COALESCE_PLACEHOLDERS"}, {0x2, "MEM_PRESERVE_PLACEHOLDER"}};
constexpr Name section_attributes[] = {{0x800000, "SEC_FILE"}, {0x1000000, "SEC_IMAGE"}, {0x4000000, "SEC_RESERVE"}, {0x8000000, "SEC_COMMIT"},
                                       {0x10000000, "SEC_NOCACHE"}, {0x40000000, "SEC_WRITECOMBINE"}, {0x80000000, "SEC_LARGE_PAGES"}};
constexpr Name memory_classes[] = {{0, "MemoryBasicInformation"}, {1, "MemoryWorkingSetInformation"}, {2, "MemoryMappedFilenameInformation"},
                                   {3, "MemoryRegionInformation"}, {4, "MemoryWorkingSetExInformation"}, {6, "MemoryImageInformation"},
                                   {7, "MemoryRegionInformationEx"}};
constexpr Name page_protections[] = {{0x01, "PAGE_NOACCESS"}, {0x02, "PAGE_READONLY"}, {0x04, "PAGE_READWRITE"}, {0x08, "PAGE_WRITECOPY"},
                                     {0x10, "PAGE_EXECUTE"}, {0x20, "PAGE_EXECUTE_READ"}, {0x40, "PAGE_EXECUTE_READWRITE"},
                                     {0x80, "PAGE_EXECUTE_WRITECOPY"}, {0x100, "PAGE_GUARD"}, {0x200, "PAGE_NOCACHE"}, {0x400, "PAGE_WRITECOMBINE"}};
constexpr Name file_access[] = {{0x1, "FILE_READ_DATA"}, {0x2, "FILE_WRITE_DATA"}, {0x4, "FILE_APPEND_DATA"}, {0x80, "FILE_READ_ATTRIBUTES"},
                                {0x100, "FILE_WRITE_ATTRIBUTES"}, {0x10000, "DELETE"}, {0x100000, "SYNCHRONIZE"},
                                {0x40000000, "GENERIC_WRITE"}, {0x80000000, "GENERIC_READ"}};
constexpr Name share_access[] = {{0x1, "FILE_SHARE_READ"}, {0x2, "FILE_SHARE_WRITE"}, {0x4, "FILE_SHARE_DELETE"}};
constexpr Name dispositions[] = {{0, "FILE_SUPERSEDE"}, {1, "FILE_OPEN"}, {2, "FILE_CREATE"}, {3, "FILE_OPEN_IF"}, {4, "FILE_OVERWRITE"}, {5, "FILE_OVERWRITE_IF"}};
constexpr Name process_classes[] = {{0, "ProcessBasicInformation"}, {3, "ProcessVmCounters"}, {4, "ProcessTimes"}, {7, "ProcessDebugPort"},
                                    {26, "ProcessWow64Information"}, {27, "ProcessImageFileName"}, {36, "ProcessCookie"}};
constexpr Name thread_classes[] = {{0, "ThreadBasicInformation"}, {1, "ThreadTimes"}, {3, "ThreadBasePriority"}, {9, "ThreadQuerySetWin32StartAddress"},
                                   {38, "ThreadNameInformation"}};
constexpr Name system_classes[] = {{0, "SystemBasicInformation"}, {1, "SystemProcessorInformation"}, {2, "SystemPerformanceInformation"},
                                   {3, "SystemTimeOfDayInformation"}, {5, "SystemProcessInformation"}, {44, "SystemCurrentTimeZoneInformation"}};
constexpr Name thread_create_flags[] = {{1, "CREATE_SUSPENDED"}, {2, "SKIP_THREAD_ATTACH"}, {4, "HIDE_FROM_DEBUGGER"}};

constexpr Set sets[] = {{"AllocationType", SetKind::Flags, allocation_types}, {"FreeType", SetKind::Flags, free_types},
                        {"SectionAttributes", SetKind::Flags, section_attributes}, {"MemoryInformationClass", SetKind::Values, memory_classes},
                        {"PageProtection", SetKind::Flags, page_protections},
                        {"FileAccess", SetKind::Flags, file_access}, {"ShareAccess", SetKind::Flags, share_access},
                        {"CreateDisposition", SetKind::Values, dispositions}, {"ProcessInformationClass", SetKind::Values, process_classes},
                        {"ThreadInformationClass", SetKind::Values, thread_classes}, {"SystemInformationClass", SetKind::Values, system_classes},
                        {"ThreadCreateFlags", SetKind::Flags, thread_create_flags}};

std::string hex(std::uint32_t value) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", value);
    return text;
}

std::string flags_text(std::span<const Name> names, std::uint32_t value) {
    std::string text;
    for (const Name& name : names) {
        if ((value & name.value) != name.value) continue;
        text += (text.empty() ? "" : "|") + std::string(name.text);
        value &= ~name.value;
    }
    if (value != 0 || text.empty()) text += (text.empty() ? "" : "|") + hex(value);
    return text;
}

} // namespace

std::string set_text(std::string_view set, std::uint32_t value) {
    for (const Set& candidate : sets) {
        if (candidate.name != set) continue;
        if (candidate.kind == SetKind::Flags) return flags_text(candidate.names, value);
        for (const Name& name : candidate.names) {
            if (name.value == value) return name.text;
        }
    }
    return hex(value);
}

} // namespace oriel::services

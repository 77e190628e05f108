// SPDX-License-Identifier: MIT
// safe_handlers_i386.h: may this address be called as a frame's handler? (i386)
//
// The chain lies on the stack, where an overrun can write; so NT does not call just any address. A handler on the stack
// is none. Of an image that lists its handlers ("/SAFESEH (Image has Safe Exception Handlers)", Microsoft documentation)
// only those are called; of one that has none (IMAGE_DLLCHARACTERISTICS_NO_SEH), nothing. Code that a program made itself
// lies in no image, and may be a handler: whether it may run at all is its page's affair.
#pragma once

#include <ntdll-emu/rtl/exception/own_process.h>

#include <nt/image.h>

extern "C" void* NT_API RtlPcToFileHeader(void* Pc, void** BaseOfImage);

namespace oriel::rtl {

/// The images' headers were checked when they were loaded; the table's place is the image's word, and is read as such.
inline bool is_listed(std::uintptr_t base, const nt::IMAGE_NT_HEADERS<nt::Nt32>& headers, std::uintptr_t handler) {
    using LoadConfig = nt::IMAGE_LOAD_CONFIG_DIRECTORY<nt::Nt32>;
    const auto& where = headers.OptionalHeader.DataDirectory[static_cast<unsigned>(nt::ImageDirectory::LoadConfig)];
    constexpr std::uint32_t needed = offsetof(LoadConfig, SEHandlerCount) + sizeof(std::uint32_t);
    const std::uint32_t image_bytes = headers.OptionalHeader.SizeOfImage;
    if (where.VirtualAddress == 0 || where.VirtualAddress > image_bytes - needed) return true;
    const auto& config = *reinterpret_cast<const LoadConfig*>(base + where.VirtualAddress);
    if (config.Size < needed || config.SEHandlerTable == 0 || config.SEHandlerCount == 0) return true;
    const std::uint32_t table = config.SEHandlerTable - static_cast<std::uint32_t>(base);
    if (table >= image_bytes || config.SEHandlerCount > (image_bytes - table) / sizeof(std::uint32_t)) return false;
    const auto* const handlers = reinterpret_cast<const std::uint32_t*>(base + table); // ascending
    const auto wanted = static_cast<std::uint32_t>(handler - base);
    std::uint32_t low = 0, high = config.SEHandlerCount;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (handlers[middle] == wanted) return true;
        if (handlers[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return false;
}

inline bool is_safe_handler(const StackBounds& stack, void* handler) {
    const auto at = reinterpret_cast<std::uintptr_t>(handler);
    using Tib = nt::NT_TIB<nt::Native>;
    if (at >= teb_word<offsetof(Tib, StackLimit)>() && at < stack.high && stack.high == teb_word<offsetof(Tib, StackBase)>()) return false;
    const auto base = reinterpret_cast<std::uintptr_t>(RtlPcToFileHeader(handler, nullptr));
    if (base == 0) return true;
    const auto& dos = *reinterpret_cast<const nt::IMAGE_DOS_HEADER*>(base);
    const auto& headers = *reinterpret_cast<const nt::IMAGE_NT_HEADERS<nt::Nt32>*>(base + static_cast<std::uint32_t>(dos.e_lfanew));
    if (headers.OptionalHeader.DllCharacteristics & nt::dll_no_seh) return false;
    return is_listed(base, headers, at);
}

} // namespace oriel::rtl

// SPDX-License-Identifier: MIT
// unwind.cpp: the unwinder on arbitrary tables, code and stack.
//
// The input is the memory: an image at a fixed address, whose first bytes also choose the registers. Whatever
// it says, each unwind ends with a frame or a status, reads only what is there, and a walk ends.
#include <ntdll-emu/rtl/exception/frame_walk.h>

#include <cstdlib>
#include <cstring>

using namespace oriel::rtl;

namespace {

constexpr std::uint64_t base = 0x10000;

struct Bytes {
    const std::uint8_t* data;
    std::size_t size;
    mutable unsigned reads = 0;

    bool read(std::uint64_t from, void* to, std::size_t bytes) const {
        if (++reads > 1'000'000) std::abort(); // one unwind of one function must not need this many
        if (from < base || from - base > size || bytes > size - (from - base)) return false;
        std::memcpy(to, data + (from - base), bytes);
        return true;
    }
};

/// Functions are found through the image's own directory, or else everything is one function.
struct Functions {
    const Bytes& memory;
    nt::RUNTIME_FUNCTION fallback;

    std::optional<FoundFunction> find(std::uint64_t pc) {
        if (const auto table = function_table_of_image(memory, base)) return find_in_table(memory, *table, pc);
        if (pc < base || pc - base >= memory.size) return std::nullopt;
        return resolve_indirect(memory, FoundFunction{base, base, fallback});
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 64) return 0;
    const Bytes memory{data, size};
    nt::Context64 context{};
    context.ContextFlags = nt::ContextFlags<nt::Nt64>::full;
    for (unsigned i = 0; i < 16; ++i) context.general(i) = base + data[i] * 8u;
    std::uint16_t begin, end, info, pc;
    std::memcpy(&begin, data + 16, 2);
    std::memcpy(&end, data + 18, 2);
    std::memcpy(&info, data + 20, 2);
    std::memcpy(&pc, data + 22, 2);
    Functions functions{memory, {begin, end, info}};
    context.Rip = base + pc;

    nt::Context64 copy = context;
    SavedRegisters saved;
    VirtualUnwinder unwinder(memory, copy, &saved);
    const auto frame = unwinder.unwind({base, base, functions.fallback}, context.Rip, nt::unwind_flag::exception_handler);
    if (!frame.ok() && frame.error() != nt::Status::BadFunctionTable && frame.error() != nt::Status::AccessViolation) std::abort();
    for (std::uint64_t address : saved.general)
        if (frame.ok() && address != 0 && (address < base || address - base + 8 > size)) std::abort();

    unsigned frames = 0;
    memory.reads = 0;
    walk_frames(memory, functions, context, 64, [&](const nt::Context64&) {
        memory.reads = 0;
        return ++frames <= 64;
    });
    if (frames > 64) std::abort();
    return 0;
}

// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/fls.h>

#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/sync/srw_lock.h>

#include <bit>
#include <cstring>

namespace oriel::rtl {

namespace {

using nt::Status;

constexpr unsigned chunk_count = 8;
constexpr std::uint32_t first_chunk = 16;
static_assert(first_chunk * ((1u << chunk_count) - 1) == fls_limit);

struct FiberValues {
    FiberValues* next;
    FiberValues* previous;
    void** chunks[chunk_count];
};

constinit SrwLock lock{};
constinit FiberValues* fibers = nullptr;
constinit bool used[fls_limit] = {true}; // index 0 is never given out
constinit NtFlsCallback callbacks[fls_limit] = {};

class Hold {
public:
    Hold() { acquire_exclusive(lock); }
    ~Hold() { release_exclusive(lock); }
    Hold(const Hold&) = delete;
};

struct Place {
    unsigned chunk;
    std::uint32_t slot;
};
/// Chunk n begins at index 16 * (2^n - 1).
Place place_of(std::uint32_t index) {
    const std::uint32_t shifted = index / first_chunk + 1;
    const auto chunk = static_cast<unsigned>(std::bit_width(shifted)) - 1;
    return {chunk, index - first_chunk * ((1u << chunk) - 1)};
}

bool is_valid(std::uint32_t index) { return index != 0 && index < fls_limit; }

void* take_value(FiberValues& fiber, std::uint32_t index) {
    const Place place = place_of(index);
    if (fiber.chunks[place.chunk] == nullptr) return nullptr;
    void* const value = fiber.chunks[place.chunk][place.slot];
    fiber.chunks[place.chunk][place.slot] = nullptr;
    return value;
}

void* allocate_zeroed(std::size_t bytes) {
    void* const block = allocate_memory(bytes);
    if (block != nullptr) std::memset(block, 0, bytes);
    return block;
}

FiberValues* make_fiber() {
    auto* const fiber = static_cast<FiberValues*>(allocate_zeroed(sizeof(FiberValues)));
    if (fiber == nullptr) return nullptr;
    const Hold hold;
    fiber->next = fibers;
    if (fibers != nullptr) fibers->previous = fiber;
    fibers = fiber;
    return fiber;
}

/// One value of the index that some fiber still holds; null when none does.
void* take_any_value(std::uint32_t index) {
    const Hold hold;
    for (FiberValues* fiber = fibers; fiber != nullptr; fiber = fiber->next) {
        if (void* value = take_value(*fiber, index)) return value;
    }
    return nullptr;
}

} // namespace

Status fls_allocate(NtFlsCallback callback, std::uint32_t& index) {
    const Hold hold;
    for (std::uint32_t each = 1; each < fls_limit; ++each) {
        if (used[each]) continue;
        used[each] = true;
        callbacks[each] = callback;
        index = each;
        return Status::Success;
    }
    return Status::NoMemory;
}

Status fls_free(std::uint32_t index) {
    NtFlsCallback callback;
    {
        const Hold hold;
        if (!is_valid(index) || !used[index]) return Status::InvalidParameter;
        callback = callbacks[index];
    }
    while (void* value = take_any_value(index)) {
        if (callback != nullptr) callback(value);
    }
    const Hold hold;
    used[index] = false;
    callbacks[index] = nullptr;
    return Status::Success;
}

Status fls_set(void*& data, std::uint32_t index, void* value) {
    if (!is_valid(index)) return Status::InvalidParameter;
    if (data == nullptr) data = make_fiber();
    auto* const fiber = static_cast<FiberValues*>(data);
    if (fiber == nullptr) return Status::NoMemory;
    const Place place = place_of(index);
    if (fiber->chunks[place.chunk] == nullptr) {
        auto* const chunk = static_cast<void**>(allocate_zeroed((first_chunk << place.chunk) * sizeof(void*)));
        if (chunk == nullptr) return Status::NoMemory;
        const Hold hold;
        fiber->chunks[place.chunk] = chunk;
    }
    fiber->chunks[place.chunk][place.slot] = value;
    return Status::Success;
}

Status fls_get(void* data, std::uint32_t index, void*& value) {
    if (!is_valid(index)) return Status::InvalidParameter;
    value = nullptr;
    const Place place = place_of(index);
    const auto* const fiber = static_cast<FiberValues*>(data);
    if (fiber != nullptr && fiber->chunks[place.chunk] != nullptr) value = fiber->chunks[place.chunk][place.slot];
    return Status::Success;
}

void fls_run_callbacks(void* data) {
    auto* const fiber = static_cast<FiberValues*>(data);
    if (fiber == nullptr) return;
    for (std::uint32_t index = 1; index < fls_limit; ++index) {
        NtFlsCallback callback;
        void* value;
        {
            const Hold hold;
            if (fiber->chunks[place_of(index).chunk] == nullptr) continue;
            callback = callbacks[index];
            value = callback != nullptr ? take_value(*fiber, index) : nullptr;
        }
        if (value != nullptr) callback(value);
    }
}

void fls_free_data(void* data) {
    auto* const fiber = static_cast<FiberValues*>(data);
    if (fiber == nullptr) return;
    {
        const Hold hold;
        if (fiber->next != nullptr) fiber->next->previous = fiber->previous;
        (fiber->previous != nullptr ? fiber->previous->next : fibers) = fiber->next;
    }
    for (void** chunk : fiber->chunks) {
        if (chunk != nullptr) free_memory(chunk);
    }
    free_memory(fiber);
}

} // namespace oriel::rtl

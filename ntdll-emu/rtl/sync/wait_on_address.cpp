// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/wait_on_address.h>
#include <ntdll-emu/rtl/sync/wait_queue.h>

namespace oriel::rtl {

namespace {

std::uint64_t load(const void* address, std::size_t size) {
    switch (size) {
    case 1: return __atomic_load_n(static_cast<const std::uint8_t*>(address), __ATOMIC_ACQUIRE);
    case 2: return __atomic_load_n(static_cast<const std::uint16_t*>(address), __ATOMIC_ACQUIRE);
    case 4: return __atomic_load_n(static_cast<const std::uint32_t*>(address), __ATOMIC_ACQUIRE);
    default: return __atomic_load_n(static_cast<const std::uint64_t*>(address), __ATOMIC_ACQUIRE);
    }
}

} // namespace

Status wait_on_address(const void* address, const void* compare, std::size_t size, const std::int64_t* timeout) {
    if (size != 1 && size != 2 && size != 4 && size != 8) return Status::InvalidParameter;
    const std::uint64_t undesired = load(compare, size);
    // The first look is taken without the lock: if the address is bad, the exception finds no lock held.
    if (load(address, size) != undesired) return Status::Success;
    return park(address, WaitKind::Address, timeout, [&] { return load(address, size) == undesired; });
}

void wake_address_one(const void* address) {
    if (address != nullptr) unpark_one(address, WaitKind::Address);
}

void wake_address_all(const void* address) {
    if (address != nullptr) unpark_all(address, WaitKind::Address);
}

} // namespace oriel::rtl

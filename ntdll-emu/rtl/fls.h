// SPDX-License-Identifier: MIT
// fls.h: fiber-local storage: slots with a callback, one set of values for each fiber (a thread is one too).
//
// The values hang on TEB.FlsData, which SwitchToFiber exchanges. Slots come in chunks of 16, 32, 64, ... that
// are made when they are first written to; there are 4,080 in all (Windows 10 since version 1903; 128
// before). All sets of values are linked, so that freeing an index can call back for every fiber.
//
// Always: index 0 is never given out; a callback runs without the lock.
#pragma once

#include <nt/rtl_process.h>
#include <nt/status.h>

namespace oriel::rtl {

inline constexpr std::uint32_t fls_limit = 0xFF0;

nt::Status fls_allocate(NtFlsCallback callback, std::uint32_t& index);
nt::Status fls_free(std::uint32_t index);
/// `data` is the fiber's set of values (TEB.FlsData), made here when it is still null.
nt::Status fls_set(void*& data, std::uint32_t index, void* value);
nt::Status fls_get(void* data, std::uint32_t index, void*& value);
/// Calls back for every value of a fiber that ends.
void fls_run_callbacks(void* data);
void fls_free_data(void* data);

} // namespace oriel::rtl

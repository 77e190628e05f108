// SPDX-License-Identifier: MIT
// surroundings_native.cpp: what the pool asks of the system, in a native test. There are no objects to wait for.
#include <ntdll-emu/rtl/pool/pool.h>

#include <chrono>
#include <thread>

namespace oriel::rtl {

namespace platform {

Status start_thread(ThreadFunction function, void* argument, std::size_t, std::size_t) {
    std::thread([=] { function(argument); }).detach();
    return Status::Success;
}
void*& thread_pool_data() {
    static thread_local void* data = nullptr;
    return data;
}
std::int64_t system_time() { return monotonic_time(); }
void settle(NtTpInstance&) {}
std::uint32_t win32_error(Status status) { return static_cast<std::uint32_t>(status); }
void reference_dll(void*) {}
void dereference_dll(void*) {}

} // namespace platform

namespace pool {
bool stop_wait(NtTpMember&) { return false; }
} // namespace pool

} // namespace oriel::rtl

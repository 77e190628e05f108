// SPDX-License-Identifier: MIT
// surroundings_guest.cpp: the debug heap's surroundings inside ntdll.dll.
#include <ntdll-emu/rtl/heap/debug/surroundings.h>

#include <ntdll-emu/rtl/exception/access_observer.h>

#include <generated/nt_services.h>
#include <nt/rtl_exception.h>

namespace oriel::rtl::heap::debug::surroundings {

std::uint32_t capture_stack(std::uint64_t* frames, std::uint32_t room) {
    void* callers[nt::most_trace_frames];
    const std::uint32_t most = room < nt::most_trace_frames ? room : nt::most_trace_frames;
    const std::uint32_t count = RtlCaptureStackBackTrace(1, most, callers, nullptr);
    for (std::uint32_t i = 0; i < count; ++i) frames[i] = reinterpret_cast<std::uintptr_t>(callers[i]);
    return count;
}

bool execution_option(const char16_t* name, std::uint32_t& value) {
    nt::UNICODE_STRING<nt::Native> string{};
    while (name[string.Length / 2] != 0) string.Length += 2;
    string.MaximumLength = string.Length;
    string.Buffer = const_cast<char16_t*>(name);
    return nt::is_success(NtOrielQueryExecutionOption(&string, &value));
}

void send(nt::FaultEvent event, const void* data, std::uint32_t bytes) {
    NtOrielFaultEvent(static_cast<std::uint32_t>(event), const_cast<void*>(data), bytes);
}

void break_in() {
    NtExceptionRecord record{};
    record.ExceptionCode = nt::Status::Breakpoint;
    record.ExceptionAddress = __builtin_return_address(0);
    record.NumberParameters = 1; // as an int3's record: 0, a breakpoint instruction
    RtlRaiseException(&record);
}

void watch_access_violations(AccessObserver observer) { access_observer = observer; }

} // namespace oriel::rtl::heap::debug::surroundings

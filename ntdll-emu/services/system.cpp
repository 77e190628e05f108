// SPDX-License-Identifier: MIT
// system.cpp: clocks, locale, and what a program says to its user or to a debugger.
#include "answer.h"
#include "call.h"
#include "capture.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/cpu_features.h>
#include <ntdll-emu/hal/log.h>
#include <ntdll-emu/io/utf8.h>

#include <atomic>
#include <mutex>
#include <set>

namespace oriel::services {
namespace {

constexpr std::uint32_t english_united_states = 0x409;
constexpr std::int64_t ticks_a_second = 10'000'000;
constexpr std::size_t longest_text = 4096;

/// An ASCII string that ends in NUL, or after `longest` bytes.
NtResult<std::string> capture_text(Address at, std::size_t longest) {
    std::string text;
    for (; text.size() < longest; at += 1) {
        const char c = TRY(UserPtr<char>(at).capture());
        if (c == '\0') break;
        text += c;
    }
    return text;
}

std::string hex(std::uint32_t value) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08X", value);
    return text;
}

/// What a user can make of the loader's statuses; the strings are the DLL's and the function's names.
std::string hard_error_text(Status status, const std::vector<std::string>& strings) {
    const auto string = [&](std::size_t i) { return i < strings.size() ? strings[i] : std::string("?"); };
    switch (status) {
    case Status::DllNotFound: return "the program needs " + string(0) + ", which was not found";
    case Status::EntrypointNotFound: return "the program needs the function " + string(0) + " of " + string(1) + ", which does not have it";
    case Status::OrdinalNotFound: return "the program needs function number " + string(0) + " of " + string(1) + ", which does not have it";
    case Status::InvalidImageFormat: return string(0) + ", which the program needs, is no valid DLL for this kind of program";
    case Status::DllInitFailed: return "the initialisation of " + string(0) + " failed";
    default: {
        std::string text = "the program reports the error " + hex(static_cast<std::uint32_t>(status));
        for (const std::string& part : strings) text += " " + part;
        return text;
    }
    }
}

} // namespace

template<class Abi>
Status NtQuerySystemTime(Call<Abi>& call, UserPtr<std::int64_t> SystemTime) {
    return SystemTime.store(call.process.kernel_dispatcher.clock().system_time().count).status();
}

template<class Abi>
Status NtQueryPerformanceCounter(Call<Abi>& call, UserPtr<std::int64_t> PerformanceCounter, UserPtr<std::int64_t> PerformanceFrequency) {
    TRY(PerformanceCounter.store(call.process.kernel_dispatcher.clock().interrupt_time().count));
    return PerformanceFrequency.store_if_present(ticks_a_second).status();
}

template<class Abi>
Status NtQueryTimerResolution(Call<Abi>&, UserPtr<std::uint32_t> MaximumTime, UserPtr<std::uint32_t> MinimumTime,
                              UserPtr<std::uint32_t> CurrentTime) {
    TRY(MaximumTime.store(156'250)); // the coarsest that NT offers, in 100 ns
    TRY(MinimumTime.store(5'000));
    return CurrentTime.store(5'000).status(); // the host's timers are always fine
}

template<class Abi>
Status NtSetTimerResolution(Call<Abi>&, std::uint32_t DesiredTime, bool SetResolution, UserPtr<std::uint32_t> ActualTime) {
    (void)DesiredTime;
    (void)SetResolution;
    return ActualTime.store(5'000).status();
}

template<class Abi>
Status NtQueryDefaultLocale(Call<Abi>&, bool UserProfile, UserPtr<std::uint32_t> DefaultLocaleId) {
    (void)UserProfile;
    return DefaultLocaleId.store(english_united_states).status();
}

template<class Abi>
Status NtQueryDefaultUILanguage(Call<Abi>&, UserPtr<std::uint16_t> DefaultUILanguageId) {
    return DefaultUILanguageId.store(english_united_states).status();
}

template<class Abi>
Status NtQueryInstallUILanguage(Call<Abi>&, UserPtr<std::uint16_t> InstallUILanguageId) {
    return InstallUILanguageId.store(english_united_states).status();
}

template<class Abi>
Status NtAllocateLocallyUniqueId(Call<Abi>&, UserPtr<std::uint64_t> Luid) {
    static std::atomic<std::uint64_t> next{0x3E8}; // the first thousand are the system's own
    return Luid.store(next.fetch_add(1)).status();
}

template<class Abi>
Status NtRaiseHardError(Call<Abi>& call, Status ErrorStatus, std::uint32_t NumberOfParameters, std::uint32_t UnicodeStringParameterMask,
                        UserPtr<nt::uptr<Abi>> Parameters, std::uint32_t ValidResponseOptions, UserPtr<std::uint32_t> Response) {
    (void)call;
    (void)ValidResponseOptions;
    constexpr std::uint32_t most_parameters = 5;
    constexpr std::uint32_t response_ok = 6;
    if (NumberOfParameters > most_parameters) return Status::InvalidParameter2;
    std::vector<std::string> strings;
    for (std::uint32_t i = 0; i < NumberOfParameters; ++i) {
        const std::uint64_t value = TRY((Parameters + i).capture());
        if (UnicodeStringParameterMask & (1u << i)) {
            const auto text = TRY(capture_unicode_string<Abi>(UserPtr<nt::UNICODE_STRING<Abi>>(Address(value))));
            strings.push_back(io::to_utf8(text));
        } else {
            strings.push_back(std::to_string(value));
        }
    }
    hal::log_warning(hard_error_text(ErrorStatus, strings));
    return Response.store_if_present(response_ok).status();
}

template<class Abi>
Status NtOrielReportUndone(Call<Abi>&, Address DllName, Address ExportName) {
    static std::mutex lock;
    static std::set<std::string> reported;
    const std::string name = TRY(capture_text(DllName, 64)) + "!" + TRY(capture_text(ExportName, 256));
    const std::lock_guard guard(lock);
    if (reported.size() < 1000 && reported.insert(name).second) hal::log_warning(name + " is not done yet");
    return Status::Success;
}

template<class Abi>
Status NtOrielDebugPrint(Call<Abi>&, Address Text, std::uint32_t Length) {
    std::string text(std::min<std::size_t>(Length, longest_text), '\0');
    TRY(copy_from_guest(text.data(), Text, text.size()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) text.pop_back();
    hal::log_debug("debug output: " + text);
    return Status::Success;
}

template<class Abi>
Status NtOrielSetConsoleControlRoutine(Call<Abi>& call, Address Routine) {
    call.process.console_control_routine = Routine.value();
    return Status::Success;
}

template<class Abi>
Status NtOrielRandom(Call<Abi>&, Address Buffer, std::uint32_t Length) {
    std::byte piece[256];
    while (Length > 0) {
        const std::uint32_t bytes = std::min<std::uint32_t>(Length, sizeof piece);
        if (!hal::fill_random(piece, bytes).ok()) return Status::Unsuccessful;
        TRY(copy_to_guest(Buffer, piece, bytes));
        Buffer += bytes;
        Length -= bytes;
    }
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/system.inst.inc>

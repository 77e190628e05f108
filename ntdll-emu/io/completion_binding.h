// SPDX-License-Identifier: MIT
// completion_binding.h: the completion port that an opening reports to, and when it does not.
//
// CreateIoCompletionPort ties an opening to a port and a key; from then on the end of each request that carries a context
// is put there as a packet. SetFileCompletionNotificationModes can leave out what ended well before its service returned.
//
// Always: once there, a port stays until FileReplaceCompletionInformation; a mode that is set stays set.
// Source: "CreateIoCompletionPort function", "SetFileCompletionNotificationModes function", Microsoft documentation.
#pragma once

#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ob/io_completion.h>
#include <ntdll-emu/ob/ref.h>
#include <oriel/guarded.h>
#include <oriel/nt_result.h>

#include <atomic>
#include <utility>

namespace oriel::io {

/// Modes of SetFileCompletionNotificationModes.
inline constexpr std::uint32_t skip_port_on_success = 0x1; ///< FILE_SKIP_COMPLETION_PORT_ON_SUCCESS

struct CompletionPort {
    ob::Ref<ob::IoCompletion> port; ///< null: none
    std::uint64_t key = 0;
};

class CompletionBinding {
public:
    enum class Rebind { Refused, Allowed };

    /// A null port unties. Statuses: InvalidParameter where there is one already.
    NtResult<> bind(CompletionPort to, Rebind rebind) {
        return m_port.with([&](CompletionPort& now) -> NtResult<> {
            if (now.port && rebind == Rebind::Refused) return Status::InvalidParameter;
            m_is_bound.store(static_cast<bool>(to.port), std::memory_order_release);
            std::swap(now, to); // what was there goes when `to` does, after the lock
            return {};
        });
    }
    [[nodiscard]] bool is_bound() const { return m_is_bound.load(std::memory_order_acquire); }
    [[nodiscard]] CompletionPort port() const {
        return m_port.with([](const CompletionPort& now) { return now; });
    }

    /// FILE_SKIP_*: added to those that are set.
    void add_modes(std::uint32_t modes) { m_modes.fetch_or(modes, std::memory_order_relaxed); }
    [[nodiscard]] std::uint32_t modes() const { return m_modes.load(std::memory_order_relaxed); }

private:
    Guarded<CompletionPort, ke::RankedLock<ke::LockRank::File>> m_port;
    std::atomic<bool> m_is_bound{false};
    std::atomic<std::uint32_t> m_modes{0};
};

} // namespace oriel::io

// SPDX-License-Identifier: MIT
// commit_charge.h: the promise of memory, and its limit.
//
// NT never promises more private memory than it could find room for in RAM and page files: committing charges
// pages against a limit, and fails with STATUS_COMMITMENT_LIMIT when that would be passed. Touching a
// committed page then cannot fail for want of memory. Linux promises more than it has; so the account is kept
// here, and a tester can set the limit low to see how a program lives with it.
//
// Which pages are charged: committed private pages, pages of a view that are or may become private copies, and
// committed pages of pagefile-backed sections (once, for the section).
//
// Always: used() is the sum over all address spaces and sections that share this account, and never above
// the limit.
// Source: "Windows Internals", part 1, chapter 5, "Commit charge and the system commit limit".
#pragma once

#include <oriel/nt_result.h>

#include <atomic>
#include <cstdint>

namespace oriel::mm {

class CommitCharge {
public:
    explicit CommitCharge(std::uint64_t limit_pages) : m_limit(limit_pages) {}

    /// Statuses: CommitmentLimit; then nothing was charged.
    NtResult<> charge(std::uint64_t pages) {
        std::uint64_t used = m_used.load(std::memory_order_relaxed);
        do {
            if (pages > m_limit - used) return Status::CommitmentLimit;
        } while (!m_used.compare_exchange_weak(used, used + pages, std::memory_order_relaxed));
        raise_peak(used + pages);
        return {};
    }
    void give_back(std::uint64_t pages) { m_used.fetch_sub(pages, std::memory_order_relaxed); }

    [[nodiscard]] std::uint64_t used() const { return m_used.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t peak() const { return m_peak.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t limit() const { return m_limit; }

private:
    void raise_peak(std::uint64_t used) {
        std::uint64_t peak = m_peak.load(std::memory_order_relaxed);
        while (peak < used && !m_peak.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
        }
    }

    std::uint64_t m_limit;
    std::atomic<std::uint64_t> m_used{0};
    std::atomic<std::uint64_t> m_peak{0};
};

/// Pages charged on trial: given back unless keep() is called.
class CommitReservation {
public:
    static NtResult<CommitReservation> make(CommitCharge& account, std::uint64_t pages) {
        TRY(account.charge(pages));
        return CommitReservation(account, pages);
    }
    CommitReservation(CommitReservation&& other) noexcept : m_account(other.m_account), m_pages(other.m_pages) {
        other.m_pages = 0;
    }
    CommitReservation& operator=(CommitReservation&&) = delete;
    ~CommitReservation() { m_account.give_back(m_pages); }

    void keep() { m_pages = 0; }

private:
    CommitReservation(CommitCharge& account, std::uint64_t pages) : m_account(account), m_pages(pages) {}

    CommitCharge& m_account;
    std::uint64_t m_pages;
};

} // namespace oriel::mm

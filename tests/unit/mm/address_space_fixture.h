// SPDX-License-Identifier: MIT
// address_space_fixture.h: an address space on the fake host, and a CPU that touches it.
#pragma once

#include <ntdll-emu/mm/address_space.h>
#include <tests/unit/support/fake_host_memory.h>
#include <tests/unit/support/nt_status_matchers.h>

#include <sstream>

namespace oriel::test {

inline constexpr mm::Protection no_access{mm::PageAccess::NoAccess};
inline constexpr mm::Protection read_only{mm::PageAccess::ReadOnly};
inline constexpr mm::Protection read_write{mm::PageAccess::ReadWrite};
inline constexpr mm::Protection write_copy{mm::PageAccess::WriteCopy};
inline constexpr mm::Protection execute_read{mm::PageAccess::ExecuteRead};
inline constexpr mm::Protection execute_read_write{mm::PageAccess::ExecuteReadWrite};

inline PageRange pages(std::uint64_t base, std::uint64_t count) {
    return PageRange(Address(base), count * page_size);
}

using FaultKind = mm::FaultOutcome::Kind;

class AddressSpaceTest : public testing::Test {
protected:
    static constexpr std::uint64_t commit_limit_pages = 4096;

    ~AddressSpaceTest() override {
        EXPECT_EQ(space.fault(), nullptr) << printed();
        EXPECT_EQ(space.check_agreement().value_or(""), "") << printed();
    }

    mm::ReserveRequest at(std::uint64_t base, std::uint64_t bytes) {
        return {.base = Address(base), .bytes = bytes, .protection = read_write};
    }
    mm::ReserveRequest committed_at(std::uint64_t base, std::uint64_t bytes) {
        auto request = at(base, bytes);
        request.commitment = mm::Commitment::ReserveAndCommit;
        return request;
    }

    /// Reads as a program would: mm is asked at a fault, and the read repeated if mm resolved it.
    FaultKind read(std::uint64_t address) { return touch(Address(address), mm::FaultAccess::Read, 0); }
    FaultKind write(std::uint64_t address, std::uint8_t value = 1) {
        return touch(Address(address), mm::FaultAccess::Write, value);
    }
    /// What is there; -1 where it cannot be read.
    int byte_at(std::uint64_t address) {
        if (read(address) != FaultKind::Resolved) return -1;
        return host.load(Address(address)).value_or(0);
    }
    std::string printed() {
        std::ostringstream text;
        space.print(text);
        return text.str();
    }

    FakeHostMemory host;
    mm::CommitCharge charge{commit_limit_pages};
    mm::AddressSpace space{host, charge, {.end = Address(0x7FFF0000)}};

private:
    FaultKind touch(Address address, mm::FaultAccess access, std::uint8_t value) {
        for (int attempt = 0; attempt < 3; ++attempt) {
            const bool done =
                access == mm::FaultAccess::Write ? host.store(address, value) : host.load(address).has_value();
            if (done) return FaultKind::Resolved;
            const auto outcome = space.handle_fault({address, access});
            if (outcome.kind != FaultKind::Resolved) return outcome.kind;
        }
        ADD_FAILURE() << "the fault at " << std::hex << address.value() << " is resolved, and comes again";
        return FaultKind::AccessViolation;
    }
};

} // namespace oriel::test

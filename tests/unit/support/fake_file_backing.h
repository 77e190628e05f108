// SPDX-License-Identifier: MIT
// fake_file_backing.h: a file of the fake host, as mm sees files.
#pragma once

#include <ntdll-emu/mm/file_backing.h>
#include <tests/unit/support/fake_host_memory.h>

#include <algorithm>

namespace oriel::test {

class FakeFileBacking final : public mm::FileBacking {
public:
    FakeFileBacking(FakeHostMemory& host, std::vector<std::byte> bytes)
        : m_host(host), m_descriptor(host.add_file(std::move(bytes))) {}

    bool can_be_mapped = true;
    bool writable = true;
    int flushes = 0;

    [[nodiscard]] std::vector<std::byte>& bytes() const { return m_host.file(m_descriptor); }

    NtResult<std::uint64_t> size() override { return std::uint64_t{bytes().size()}; }
    NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override {
        if (offset >= bytes().size()) return std::size_t{0};
        const std::size_t count = std::min(buffer.size(), bytes().size() - static_cast<std::size_t>(offset));
        std::copy_n(bytes().begin() + static_cast<std::ptrdiff_t>(offset), count, buffer.begin());
        return count;
    }
    NtResult<> extend(std::uint64_t size) override {
        if (!writable) return Status::AccessDenied;
        bytes().resize(size);
        return {};
    }
    NtResult<> flush(std::uint64_t, std::uint64_t) override {
        ++flushes;
        return {};
    }
    [[nodiscard]] std::optional<mm::HostWindow> host_window() const override {
        if (!can_be_mapped) return std::nullopt;
        return mm::HostWindow{m_descriptor, 0, writable};
    }
    [[nodiscard]] mm::FileIdentity identity() const override { return {1, static_cast<std::uint64_t>(m_descriptor)}; }
    [[nodiscard]] std::u16string nt_name() const override { return u"\\Device\\HarddiskVolume1\\test.bin"; }

private:
    FakeHostMemory& m_host;
    int m_descriptor;
};

} // namespace oriel::test

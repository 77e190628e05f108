// SPDX-License-Identifier: MIT
// file_fixture.h: a small host of its own for each test: a temporary folder with a home and a TMPDIR in
// it, and the drives on top.
#pragma once

#include "../support/nt_status_matchers.h"

#include <ntdll-emu/io/device.h>
#include <ntdll-emu/io/devices.h>
#include <ntdll-emu/io/disk_file.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_name.h>
#include <nt/basic.h>
#include <nt/file.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace oriel::io {

class FileTest : public testing::Test {
protected:
    FileTest() {
        char pattern[] = "/tmp/oriel-io-XXXXXX";
        m_folder = ::mkdtemp(pattern);
        std::filesystem::create_directories(m_folder / "home");
        std::filesystem::create_directories(m_folder / "temp");
        m_files = std::make_unique<FileSystem>(
            HostFolders{(m_folder / "home").string(), (m_folder / "temp").string(), u"me"}, m_builtins);
        add_devices(m_names, *m_files);
    }
    ~FileTest() override { std::filesystem::remove_all(m_folder); }

    /// The NT name of a file in the home folder.
    static std::u16string home(std::u16string_view name) { return u"\\??\\C:\\Users\\me\\" + std::u16string(name); }
    [[nodiscard]] std::filesystem::path host(const std::string& name) const { return m_folder / "home" / name; }
    void make_host_file(const std::string& name, const std::string& content = "") const {
        std::ofstream(host(name), std::ios::binary) << content;
    }
    [[nodiscard]] std::string host_content(const std::string& name) const {
        std::ifstream file(host(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// An opening that lives as long as a handle would.
    class Handle {
    public:
        Handle() = default;
        explicit Handle(ob::Ref<ob::Object> object, OpenOutcome how)
            : outcome(how), m_file(ob::ref_cast<File>(std::move(object))), m_count(m_file) {}
        File* operator->() const { return m_file.get(); }
        File& operator*() const { return *m_file; }
        [[nodiscard]] const ob::Ref<File>& ref() const { return m_file; }
        OpenOutcome outcome = OpenOutcome::Opened;

    private:
        ob::Ref<File> m_file;
        ob::HandleCount m_count;
    };

    NtResult<Handle> open_raw(std::u16string_view name, RawOpenArguments raw, ob::Ref<ob::Object> root = {}) {
        const OpenRequest request = TRY(decode_open(raw));
        OpenContext context(request);
        auto found =
            TRY(m_names.open({name, std::move(root), raw.case_sensitive ? 0 : nt::OBJ_CASE_INSENSITIVE}, context));
        return Handle(std::move(found.object), context.outcome);
    }
    NtResult<Handle> open(std::u16string_view name, std::uint32_t disposition = nt::FILE_OPEN,
                          std::uint32_t access = nt::FILE_GENERIC_READ, std::uint32_t sharing = 7,
                          std::uint32_t options = 0) {
        return open_raw(name, {.desired_access = access | ob::access::synchronize,
                               .sharing = sharing,
                               .disposition = disposition,
                               .options = options | nt::FILE_SYNCHRONOUS_IO_NONALERT});
    }
    Status status_of_open(std::u16string_view name, std::uint32_t disposition = nt::FILE_OPEN,
                          std::uint32_t access = nt::FILE_GENERIC_READ, std::uint32_t sharing = 7,
                          std::uint32_t options = 0) {
        return open(name, disposition, access, sharing, options).status();
    }
    NtResult<FileFacts> facts(std::u16string_view name) {
        LocateContext context(false);
        (void)TRY(m_names.open({name, {}, nt::OBJ_CASE_INSENSITIVE}, context));
        if (!context.found) return Status::InvalidDeviceRequest;
        return FileSystem::facts(*context.found);
    }

    static GuestBuffer buffer_of(const std::string& text) {
        return {Address(reinterpret_cast<std::uint64_t>(text.data())), static_cast<std::uint32_t>(text.size())};
    }
    static NtResult<std::string> read(File& file, std::uint32_t bytes, FileOffset from = FileOffset::position()) {
        std::string text(bytes, '\0');
        text.resize(TRY(file.read(buffer_of(text), from)));
        return text;
    }
    static NtResult<std::uint32_t> write(File& file, const std::string& text,
                                         FileOffset to = FileOffset::position()) {
        return file.write(buffer_of(text), to);
    }

    std::filesystem::path m_folder;
    std::vector<BuiltinFile> m_builtins{{u"kernel32.dll", 100, -1, 0, false}};
    std::unique_ptr<FileSystem> m_files;
    ob::Namespace m_names;
};

inline constexpr std::uint32_t read_write = nt::FILE_GENERIC_READ | nt::FILE_GENERIC_WRITE;

} // namespace oriel::io

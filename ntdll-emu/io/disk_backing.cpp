// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/disk_backing.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/volume_facts.h>

#include <algorithm>

namespace oriel::io {

namespace {

class DiskBacking final : public mm::FileBacking {
public:
    DiskBacking(hal::HostDescriptor descriptor, FileKey key, std::u16string name, bool writable, std::shared_ptr<void> kept)
        : m_kept(std::move(kept)), m_descriptor(std::move(descriptor)), m_key(key), m_name(std::move(name)), m_writable(writable) {}

    NtResult<std::uint64_t> size() override { return TRY(from_host(hal::stat_descriptor(m_descriptor.get()))).size; }

    NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override {
        std::size_t done = 0;
        while (done < buffer.size()) {
            const auto rest = buffer.subspan(done);
            const auto bytes =
                TRY(from_host(hal::read_at(m_descriptor.get(), rest.data(), rest.size(), offset + done)));
            if (bytes == 0) break;
            done += bytes;
        }
        return done;
    }

    NtResult<> extend(std::uint64_t bytes) override {
        if (bytes <= TRY(size())) return {};
        if (!m_writable) return Status::AccessDenied;
        TRY(require_room_for(m_descriptor.get(), bytes));
        return from_host(hal::truncate(m_descriptor.get(), bytes));
    }

    NtResult<> flush(std::uint64_t, std::uint64_t) override { return from_host(hal::sync(m_descriptor.get())); }
    std::optional<mm::HostWindow> host_window() const override {
        return mm::HostWindow{m_descriptor.get(), 0, m_writable};
    }
    mm::FileIdentity identity() const override { return {m_key.device, m_key.inode}; }
    std::u16string nt_name() const override { return m_name; }

private:
    std::shared_ptr<void> m_kept;
    hal::HostDescriptor m_descriptor;
    FileKey m_key;
    std::u16string m_name;
    bool m_writable;
};

class BuiltinBacking final : public mm::FileBacking {
public:
    BuiltinBacking(const BuiltinFile& file, std::u16string name) : m_file(file), m_name(std::move(name)) {}

    NtResult<std::uint64_t> size() override { return m_file.bytes; }
    NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override {
        if (offset >= m_file.bytes) return std::size_t{0};
        const std::size_t bytes = std::min<std::uint64_t>(buffer.size(), m_file.bytes - offset);
        return from_host(hal::read_at(m_file.descriptor, buffer.data(), bytes, m_file.offset + offset));
    }
    NtResult<> extend(std::uint64_t bytes) override {
        return bytes <= m_file.bytes ? NtResult<>() : NtResult<>(Status::AccessDenied);
    }
    NtResult<> flush(std::uint64_t, std::uint64_t) override { return {}; }
    std::optional<mm::HostWindow> host_window() const override {
        return mm::HostWindow{m_file.descriptor, m_file.offset, false};
    }
    mm::FileIdentity identity() const override {
        return {~std::uint64_t{0}, reinterpret_cast<std::uintptr_t>(&m_file)};
    }
    std::u16string nt_name() const override { return m_name; }

private:
    const BuiltinFile& m_file;
    std::u16string m_name;
};

} // namespace

NtResult<std::shared_ptr<mm::FileBacking>> make_disk_backing(int descriptor, FileKey key, std::u16string nt_name,
                                                             bool writable, std::shared_ptr<void> kept) {
    auto own = TRY(from_host(hal::duplicate_descriptor(descriptor)));
    return std::shared_ptr<mm::FileBacking>(
        std::make_shared<DiskBacking>(std::move(own), key, std::move(nt_name), writable, std::move(kept)));
}

NtResult<std::shared_ptr<mm::FileBacking>> make_image_backing(int descriptor, std::string_view host_path) {
    const auto stat = TRY(from_host(hal::stat_descriptor(descriptor)));
    const std::u16string name = make_root_drive().device_name() + FileSystem::nt_path_of(host_path);
    return make_disk_backing(descriptor, {stat.device, stat.inode}, name, false);
}

std::shared_ptr<mm::FileBacking> make_builtin_backing(const BuiltinFile& file, std::u16string nt_name) {
    return std::make_shared<BuiltinBacking>(file, std::move(nt_name));
}

} // namespace oriel::io

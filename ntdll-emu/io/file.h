// SPDX-License-Identifier: MIT
// file.h: one opening of a file, a directory, a pipe's end, the console or another device.
//
// NT calls it a file object: what NtCreateFile makes, and what all handles that are duplicated from its
// handle share, position included. Two openings of one file are two file objects; what they share (sharing
// modes, locks, deletion) is in shared_file.h.
//
// NT sends each request to the device's driver as an IRP. Here the driver is a class derived from File,
// and a request is a virtual function. A kind of file that does not know a request answers
// STATUS_INVALID_DEVICE_REQUEST, as an NT driver does.
//
// Calls check no access rights: the services have, with the handle.
// Source: "Windows Internals", part 2, chapter 6, "File objects".
#pragma once

#include <ntdll-emu/io/completion_binding.h>
#include <ntdll-emu/io/file_facts.h>
#include <ntdll-emu/io/guest_buffer.h>
#include <ntdll-emu/io/open_request.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/mm/file_backing.h>
#include <ntdll-emu/ob/object.h>
#include <oriel/guarded.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace oriel::io {

struct Location;
struct Found;
struct Opened;
class DirectoryScan;
struct RenameRequest;
struct LockRange;

/// Where in the file: a byte offset, the file's own position, or its end.
class FileOffset {
public:
    static FileOffset at(std::uint64_t offset) { return FileOffset(offset); }
    static FileOffset position() { return FileOffset(~std::uint64_t{0}); }
    static FileOffset end() { return FileOffset(~std::uint64_t{0} - 1); }
    [[nodiscard]] bool is_position() const { return m_value == ~std::uint64_t{0}; }
    [[nodiscard]] bool is_end() const { return m_value == ~std::uint64_t{0} - 1; }
    [[nodiscard]] std::uint64_t value() const { return m_value; }

private:
    explicit FileOffset(std::uint64_t value) : m_value(value) {}
    std::uint64_t m_value;
};

enum class DeleteMode : std::uint8_t { Keep, WhenClosed, AtOnce };

class File : public ob::Object {
public:
    static const ob::Type object_type;
    [[nodiscard]] const ob::Type& type() const override { return object_type; }

    /// Signalled while no request is under way: always, as long as requests end before their service does.
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override;

    [[nodiscard]] NtResult<std::u16string> query_name() const override { return device_name() + path(); }

    [[nodiscard]] const OpenOptions& options() const { return m_options; }
    /// Whom the ends of requests are told to, besides.
    [[nodiscard]] CompletionBinding& completion() { return m_completion; }
    /// What the opening was granted (a duplicated handle may have less).
    [[nodiscard]] ob::AccessMask access() const { return m_access; }

    // Names below this opening (RootDirectory).

    [[nodiscard]] bool has_parser() const override { return true; }
    [[nodiscard]] NtResult<ob::Ref<ob::Object>> parse(std::u16string_view rest, ob::ParseContext& context) final;
    /// Opens `rest`, which has no backslash in front, below this directory; empty: this file once more.
    virtual NtResult<Opened> open_below(std::u16string_view rest, const OpenRequest& request);
    virtual NtResult<Found> locate_below(std::u16string_view rest, bool case_sensitive);

    // Bytes.

    /// Bytes read; 0 only if the buffer is empty. Statuses: EndOfFile, PipeBroken, FileLockConflict, ...
    virtual NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from);
    /// Bytes written. Statuses: DiskFull, PipeClosing, FileLockConflict, ...
    virtual NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to);
    virtual NtResult<> flush();
    [[nodiscard]] virtual std::uint64_t position() const { return 0; }
    virtual NtResult<> set_position(std::uint64_t position);

    // Facts.

    virtual NtResult<FileFacts> facts();
    virtual NtResult<VolumeFacts> volume();
    /// FILE_DEVICE_*.
    [[nodiscard]] virtual std::uint32_t device_type() const = 0;
    [[nodiscard]] virtual std::uint32_t device_characteristics() const { return 0; }
    /// Below its device: u"\\Users\\me\\a.txt".
    [[nodiscard]] virtual std::u16string path() const { return {}; }
    /// The device: u"\\Device\\HarddiskVolume3".
    [[nodiscard]] virtual std::u16string device_name() const = 0;
    /// For what is named relative to this directory.
    [[nodiscard]] virtual std::optional<Location> location() const;

    // Changes.

    virtual NtResult<> change_basic(const BasicChange& change);
    virtual NtResult<> set_size(std::uint64_t bytes);
    virtual NtResult<> set_allocation(std::uint64_t bytes);
    virtual NtResult<> set_deletion(DeleteMode mode, bool even_read_only);
    virtual NtResult<> rename(const RenameRequest& request);
    virtual NtResult<> make_link(const RenameRequest& request);

    // The rest.

    /// The directory's listing; null if this is no directory.
    [[nodiscard]] virtual DirectoryScan* scan() { return nullptr; }
    virtual NtResult<> lock(const LockRange& range, bool exclusive);
    virtual NtResult<> unlock(const LockRange& range);
    /// Bytes written to `out`.
    virtual NtResult<std::uint32_t> control(std::uint32_t code, GuestBuffer in, GuestBuffer out);
    /// The file as mm maps it. Statuses: InvalidFileForSection.
    virtual NtResult<std::shared_ptr<mm::FileBacking>> backing();

protected:
    explicit File(const OpenRequest& request);
    ~File() override;

private:
    ob::AccessMask m_access;
    OpenOptions m_options;
    CompletionBinding m_completion;
    ke::Dispatcher* m_dispatcher;
    std::atomic<ke::DispatcherHeader*> m_header{nullptr}; ///< made by the first wait
};

} // namespace oriel::io

// SPDX-License-Identifier: MIT
// file.cpp: what a kind of file answers to requests that it does not know.
#include <ntdll-emu/io/file.h>

#include <ntdll-emu/io/device.h>
#include <ntdll-emu/ke/dispatcher.h>
#include <nt/file.h>

namespace oriel::io {

const ob::Type File::object_type{
    u"File",
    {nt::FILE_GENERIC_READ, nt::FILE_GENERIC_WRITE, nt::FILE_GENERIC_EXECUTE, nt::FILE_ALL_ACCESS},
    nt::FILE_ALL_ACCESS,
};

File::File(const OpenRequest& request)
    : m_access(request.access), m_options(request.options), m_dispatcher(request.dispatcher) {}

File::~File() {
    if (auto* header = m_header.load()) m_dispatcher->destroy_body(*header);
}

ke::DispatcherHeader* File::dispatcher() {
    auto* header = m_header.load(std::memory_order_acquire);
    if (header != nullptr || m_dispatcher == nullptr) return header;
    auto* fresh = &m_dispatcher->create_body(ke::ObjectKind::NotificationEvent, 1);
    if (m_header.compare_exchange_strong(header, fresh)) return fresh;
    m_dispatcher->destroy_body(*fresh); // somebody was faster
    return header;
}

NtResult<ob::Ref<ob::Object>> File::parse(std::u16string_view rest, ob::ParseContext& context) {
    if (auto* opening = dynamic_cast<OpenContext*>(&context)) {
        Opened opened = TRY(open_below(rest, opening->request));
        opening->outcome = opened.outcome;
        return ob::Ref<ob::Object>(std::move(opened.file));
    }
    auto* locating = dynamic_cast<LocateContext*>(&context);
    if (locating == nullptr) return Status::ObjectTypeMismatch;
    locating->found = TRY(locate_below(rest, locating->case_sensitive));
    return ob::Ref<ob::Object>(*this);
}

NtResult<Opened> File::open_below(std::u16string_view, const OpenRequest&) { return Status::ObjectPathNotFound; }
NtResult<Found> File::locate_below(std::u16string_view, bool) { return Status::ObjectPathNotFound; }
NtResult<std::uint32_t> File::read(GuestBuffer, FileOffset) { return Status::InvalidDeviceRequest; }
NtResult<std::uint32_t> File::write(GuestBuffer, FileOffset) { return Status::InvalidDeviceRequest; }
NtResult<> File::flush() { return {}; }
NtResult<> File::set_position(std::uint64_t) { return Status::InvalidDeviceRequest; }
NtResult<FileFacts> File::facts() { return Status::InvalidDeviceRequest; }
NtResult<VolumeFacts> File::volume() { return Status::InvalidDeviceRequest; }
std::optional<Location> File::location() const { return std::nullopt; }
NtResult<> File::change_basic(const BasicChange&) { return Status::InvalidDeviceRequest; }
NtResult<> File::set_size(std::uint64_t) { return Status::InvalidDeviceRequest; }
NtResult<> File::set_allocation(std::uint64_t) { return Status::InvalidDeviceRequest; }
NtResult<> File::set_deletion(DeleteMode, bool) { return Status::InvalidDeviceRequest; }
NtResult<> File::rename(const RenameRequest&) { return Status::InvalidDeviceRequest; }
NtResult<> File::make_link(const RenameRequest&) { return Status::InvalidDeviceRequest; }
NtResult<> File::lock(const LockRange&, bool) { return Status::InvalidDeviceRequest; }
NtResult<> File::unlock(const LockRange&) { return Status::InvalidDeviceRequest; }
NtResult<std::uint32_t> File::control(std::uint32_t, GuestBuffer, GuestBuffer) {
    return Status::InvalidDeviceRequest;
}
NtResult<std::shared_ptr<mm::FileBacking>> File::backing() { return Status::InvalidFileForSection; }

} // namespace oriel::io

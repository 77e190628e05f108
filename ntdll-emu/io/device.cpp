// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/device.h>

#include <nt/file.h>

namespace oriel::io {

const ob::Type Device::object_type{
    u"Device",
    {nt::FILE_GENERIC_READ, nt::FILE_GENERIC_WRITE, nt::FILE_GENERIC_EXECUTE, nt::FILE_ALL_ACCESS},
    nt::FILE_ALL_ACCESS,
    true,
};

NtResult<ob::Ref<ob::Object>> Device::parse(std::u16string_view rest, ob::ParseContext& context) {
    if (auto* opening = dynamic_cast<OpenContext*>(&context)) {
        Opened opened = TRY(open(rest, opening->request));
        opening->outcome = opened.outcome;
        return ob::Ref<ob::Object>(std::move(opened.file));
    }
    auto* locating = dynamic_cast<LocateContext*>(&context);
    if (locating == nullptr) return Status::ObjectTypeMismatch;
    if (rest.empty())
        locating->is_device = true;
    else
        locating->found = TRY(locate(rest, locating->case_sensitive));
    return ob::Ref<ob::Object>(*this);
}

NtResult<Found> Device::locate(std::u16string_view, bool) { return Status::ObjectNameNotFound; }

} // namespace oriel::io

// SPDX-License-Identifier: MIT
// device.h: what a name under \Device leads to, and what makes files of it.
//
// The object manager finds the device; what is left of the name is the device's to understand (NT's parse
// procedure for devices): "\??\Z:\tmp\a.txt" -> \Device\HarddiskVolume26 and "\tmp\a.txt".
#pragma once

#include <ntdll-emu/io/file.h>
#include <ntdll-emu/io/location.h>
#include <ntdll-emu/ob/namespace.h>

#include <optional>
#include <string_view>

namespace oriel::io {

struct Opened {
    ob::Ref<File> file;
    OpenOutcome outcome = OpenOutcome::Opened;
};

/// How the object manager carries an open request to the device, and the answer back.
class OpenContext final : public ob::ParseContext {
public:
    explicit OpenContext(const OpenRequest& what) : ParseContext(&File::object_type), request(what) {}

    const OpenRequest& request;
    OpenOutcome outcome = OpenOutcome::Opened;
};

/// The same for what only asks where a name leads: the facts of a file that is not opened, or the new name
/// of one that is renamed.
class LocateContext final : public ob::ParseContext {
public:
    explicit LocateContext(bool minds_case) : ParseContext(&File::object_type), case_sensitive(minds_case) {}

    bool case_sensitive;
    std::optional<Found> found; ///< the answer, of a drive
    bool is_device = false;     ///< the name leads to a device without files: \Device\Null
};

class Device : public ob::Object {
public:
    static const ob::Type object_type;
    [[nodiscard]] const ob::Type& type() const override { return object_type; }
    [[nodiscard]] bool has_parser() const override { return true; }
    [[nodiscard]] NtResult<ob::Ref<ob::Object>> parse(std::u16string_view rest, ob::ParseContext& context) final;

    /// `rest` is empty, or begins with a backslash.
    virtual NtResult<Opened> open(std::u16string_view rest, const OpenRequest& request) = 0;
    /// Statuses: ObjectNameNotFound for a device that knows no names.
    virtual NtResult<Found> locate(std::u16string_view rest, bool case_sensitive);
};

} // namespace oriel::io

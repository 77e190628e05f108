// SPDX-License-Identifier: MIT
// file_name.h: from OBJECT_ATTRIBUTES to a file, through the object manager.
#pragma once

#include <ntdll-emu/io/device.h>
#include <ntdll-emu/services/call.h>
#include <ntdll-emu/services/capture.h>
#include <nt/basic.h>

namespace oriel::services {

/// A captured name and the object that it starts from.
struct FileName {
    std::u16string name;
    ob::Ref<ob::Object> root;
    std::uint32_t attributes = 0; ///< OBJ_*

    [[nodiscard]] bool case_sensitive() const { return !(attributes & nt::OBJ_CASE_INSENSITIVE); }
    [[nodiscard]] ob::NameRequest request() const { return {name, root, attributes}; }
};

template<class Abi>
NtResult<FileName> capture_file_name(Call<Abi>& call, UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> pointer) {
    auto captured = TRY(capture_object_attributes<Abi>(pointer));
    FileName name{std::move(captured.name), nullptr, captured.attributes};
    if (captured.root != nt::null_handle) name.root = TRY(call.process.handles.lookup_any(captured.root, 0));
    return name;
}

/// Where the name leads, without opening it.
template<class Abi>
NtResult<io::LocateContext> locate(Call<Abi>& call, const FileName& name) {
    io::LocateContext context(name.case_sensitive());
    (void)TRY(call.process.names.open(name.request(), context));
    return context;
}

} // namespace oriel::services

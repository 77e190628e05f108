// SPDX-License-Identifier: MIT
// object.cpp: the end of a handle.
#include <ntdll-emu/ob/object.h>

#include <ntdll-emu/ob/namespace.h>

namespace oriel::ob {

Object::Object() = default;
Object::~Object() = default;

NtResult<Ref<Object>> Object::parse(std::u16string_view, ParseContext&) { return Status::ObjectTypeMismatch; }

void Object::handle_gone() {
    if (m_handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (Namespace* names = m_names.load(std::memory_order_acquire)) names->drop_name_if_unused(*this);
    last_handle_closed();
}

} // namespace oriel::ob

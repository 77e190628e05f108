// SPDX-License-Identifier: MIT
// libloaderapi_resources.cpp: resources: the tree of type, name and language inside an image.
//
// A type or a name is a 16-bit number or a string without case; "#123" spells the number. ntdll walks the tree
// (LdrFindResource_U); a resource's "handle" is the address of its data entry, and its loaded "handle" the
// address of its bytes, so locking and freeing are nothing.
// Sources: "FindResourceEx function", "EnumResourceNames function" (Microsoft documentation), "PE Format",
// the .rsrc section.
#include "buffer.h"
#include "kernel32.h"
#include "text.h"

namespace oriel::k32 {
namespace {

bool is_number(const void* name) { return reinterpret_cast<std::uintptr_t>(name) <= 0xFFFF; }

/// A type or name as the loader wants it: a number, or an upper-case copy of the string.
class ResourceName {
public:
    explicit ResourceName(const WCHAR* name) {
        if (is_number(name))
            m_value = reinterpret_cast<std::uintptr_t>(name);
        else
            assign(name, length_of(name));
    }
    explicit ResourceName(const char* name) {
        if (is_number(name)) {
            m_value = reinterpret_cast<std::uintptr_t>(name);
            return;
        }
        const WideText text(name);
        if (text.ok())
            assign(text.get(), text.length());
        else
            m_status = Status::NoMemory;
    }
    [[nodiscard]] Status status() const { return m_status; }
    [[nodiscard]] std::uintptr_t value() const { return m_value; }

private:
    void assign(const WCHAR* name, std::size_t length) {
        if (name[0] == L'#') {
            std::uintptr_t number = 0;
            for (std::size_t i = 1; i < length; ++i) {
                if (name[i] < L'0' || name[i] > L'9' || number > 0xFFFF) {
                    m_status = Status::InvalidParameter;
                    return;
                }
                number = number * 10 + static_cast<std::uintptr_t>(name[i] - L'0');
            }
            if (number > 0xFFFF) m_status = Status::InvalidParameter;
            m_value = number;
            return;
        }
        if (!m_text.reserve(length + 1)) {
            m_status = Status::NoMemory;
            return;
        }
        for (std::size_t i = 0; i <= length; ++i)
            m_text[i] = static_cast<WCHAR>(RtlUpcaseUnicodeChar(static_cast<char16_t>(name[i])));
        m_value = reinterpret_cast<std::uintptr_t>(m_text.data());
    }

    PathBuffer m_text;
    std::uintptr_t m_value = 0;
    Status m_status = Status::Success;
};

void* image_of(HMODULE module) { return module ? static_cast<void*>(module) : peb().ImageBaseAddress.get(); }

HRSRC find_resource(HMODULE module, const ResourceName& type, const ResourceName& name, WORD language) {
    for (const ResourceName* part : {&type, &name})
        if (!finish(part->status())) return nullptr;
    const std::uintptr_t path[3] = {type.value(), name.value(), language};
    const nt::IMAGE_RESOURCE_DATA_ENTRY* entry = nullptr;
    if (!finish(LdrFindResource_U(image_of(module), path, 3, &entry))) return nullptr;
    return reinterpret_cast<HRSRC>(const_cast<nt::IMAGE_RESOURCE_DATA_ENTRY*>(entry));
}

/// Calls `action(id)` for every entry of the directory at `path`, in the image's order, until it answers FALSE.
/// The root directory is needed to read names: their offsets count from there.
template<class Action>
BOOL for_each_entry(HMODULE module, const std::uintptr_t* path, std::uint32_t level, Action action) {
    const nt::IMAGE_RESOURCE_DIRECTORY* root = nullptr;
    const nt::IMAGE_RESOURCE_DIRECTORY* directory = nullptr;
    Status status = LdrFindResourceDirectory_U(image_of(module), path, 0, &root);
    if (nt::is_success(status)) status = LdrFindResourceDirectory_U(image_of(module), path, level, &directory);
    if (!finish(status)) return FALSE;

    const auto* const entries = reinterpret_cast<const IMAGE_RESOURCE_DIRECTORY_ENTRY*>(directory + 1);
    const unsigned count = directory->NumberOfNamedEntries + directory->NumberOfIdEntries;
    Buffer<WCHAR, 64> text;
    for (unsigned i = 0; i < count; ++i) {
        std::uintptr_t id = entries[i].Id;
        if (entries[i].NameIsString) {
            const auto* const name = reinterpret_cast<const IMAGE_RESOURCE_DIR_STRING_U*>(
                reinterpret_cast<const char*>(root) + entries[i].NameOffset);
            if (!text.reserve(name->Length + 1u)) return fail(ERROR_NOT_ENOUGH_MEMORY);
            __builtin_memcpy(text.data(), name->NameString, name->Length * sizeof(WCHAR));
            text[name->Length] = 0;
            id = reinterpret_cast<std::uintptr_t>(text.data());
        }
        if (!action(id)) return FALSE;
    }
    return TRUE;
}

/// An id for an A callback: a number stays, a string becomes ANSI in `narrowed`.
char* narrow_id(std::uintptr_t id, Buffer<char, 128>& narrowed) {
    if (id <= 0xFFFF) return reinterpret_cast<char*>(id);
    const auto* const text = reinterpret_cast<const WCHAR*>(id);
    const std::size_t length = length_of(text);
    const std::size_t bytes = narrow_length(text, length, CP_ACP);
    if (!narrowed.reserve(bytes + 1)) return nullptr;
    narrow(text, length, narrowed.data(), bytes, CP_ACP);
    narrowed[bytes] = 0;
    return narrowed.data();
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- finding
K32_EXPORT HRSRC WINAPI FindResourceExW(HMODULE module, LPCWSTR type, LPCWSTR name, WORD language) {
    return find_resource(module, ResourceName(type), ResourceName(name), language);
}
K32_EXPORT HRSRC WINAPI FindResourceExA(HMODULE module, LPCSTR type, LPCSTR name, WORD language) {
    return find_resource(module, ResourceName(type), ResourceName(name), language);
}
K32_EXPORT HRSRC WINAPI FindResourceW(HMODULE module, LPCWSTR name, LPCWSTR type) {
    return find_resource(module, ResourceName(type), ResourceName(name), MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL));
}
K32_EXPORT HRSRC WINAPI FindResourceA(HMODULE module, LPCSTR name, LPCSTR type) {
    return find_resource(module, ResourceName(type), ResourceName(name), MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL));
}

K32_EXPORT HGLOBAL WINAPI LoadResource(HMODULE module, HRSRC resource) {
    if (!resource) return nullptr; // and the last error stays as FindResource left it
    void* bytes = nullptr;
    const Status status = LdrAccessResource(
        image_of(module), reinterpret_cast<const nt::IMAGE_RESOURCE_DATA_ENTRY*>(resource), &bytes, nullptr);
    return finish(status) ? bytes : nullptr;
}
K32_EXPORT DWORD WINAPI SizeofResource(HMODULE module, HRSRC resource) {
    if (!resource) return 0;
    std::uint32_t size = 0;
    const Status status = LdrAccessResource(
        image_of(module), reinterpret_cast<const nt::IMAGE_RESOURCE_DATA_ENTRY*>(resource), nullptr, &size);
    return finish(status) ? size : 0;
}
K32_EXPORT LPVOID WINAPI LockResource(HGLOBAL resource) { return resource; }
K32_EXPORT BOOL WINAPI FreeResource(HGLOBAL) { return FALSE; }

// ------------------------------------------------------------------------------------- enumerating
K32_EXPORT BOOL WINAPI EnumResourceTypesW(HMODULE module, ENUMRESTYPEPROCW callback, LONG_PTR parameter) {
    return for_each_entry(module, nullptr, 0, [&](std::uintptr_t type) {
        return callback(module, reinterpret_cast<WCHAR*>(type), parameter);
    });
}
K32_EXPORT BOOL WINAPI EnumResourceTypesA(HMODULE module, ENUMRESTYPEPROCA callback, LONG_PTR parameter) {
    Buffer<char, 128> narrowed;
    return for_each_entry(module, nullptr, 0, [&](std::uintptr_t type) {
        return callback(module, narrow_id(type, narrowed), parameter);
    });
}
K32_EXPORT BOOL WINAPI EnumResourceNamesW(HMODULE module, LPCWSTR type, ENUMRESNAMEPROCW callback,
                                          LONG_PTR parameter) {
    const ResourceName wanted(type);
    if (!finish(wanted.status())) return FALSE;
    const std::uintptr_t path[] = {wanted.value()};
    return for_each_entry(module, path, 1, [&](std::uintptr_t name) {
        return callback(module, type, reinterpret_cast<WCHAR*>(name), parameter);
    });
}
K32_EXPORT BOOL WINAPI EnumResourceNamesA(HMODULE module, LPCSTR type, ENUMRESNAMEPROCA callback,
                                          LONG_PTR parameter) {
    const ResourceName wanted(type);
    if (!finish(wanted.status())) return FALSE;
    const std::uintptr_t path[] = {wanted.value()};
    Buffer<char, 128> narrowed;
    return for_each_entry(module, path, 1, [&](std::uintptr_t name) {
        return callback(module, type, narrow_id(name, narrowed), parameter);
    });
}
K32_EXPORT BOOL WINAPI EnumResourceLanguagesW(HMODULE module, LPCWSTR type, LPCWSTR name, ENUMRESLANGPROCW callback,
                                              LONG_PTR parameter) {
    const ResourceName wanted_type(type), wanted_name(name);
    if (!finish(wanted_type.status()) || !finish(wanted_name.status())) return FALSE;
    const std::uintptr_t path[] = {wanted_type.value(), wanted_name.value()};
    return for_each_entry(module, path, 2, [&](std::uintptr_t language) {
        return callback(module, type, name, static_cast<WORD>(language), parameter);
    });
}
K32_EXPORT BOOL WINAPI EnumResourceLanguagesA(HMODULE module, LPCSTR type, LPCSTR name, ENUMRESLANGPROCA callback,
                                              LONG_PTR parameter) {
    const ResourceName wanted_type(type), wanted_name(name);
    if (!finish(wanted_type.status()) || !finish(wanted_name.status())) return FALSE;
    const std::uintptr_t path[] = {wanted_type.value(), wanted_name.value()};
    return for_each_entry(module, path, 2, [&](std::uintptr_t language) {
        return callback(module, type, name, static_cast<WORD>(language), parameter);
    });
}

// SPDX-License-Identifier: MIT
// com.cpp: as much of COM as a program without components meets: initialising, task memory, GUIDs.
//
// No class is registered here, and that is what CoCreateInstance says. Sources: "CoInitializeEx function",
// "CoTaskMemAlloc function", "CLSIDFromString function" (Microsoft documentation).
#include <dlls/win32_dll.h>

#include <objbase.h>

using namespace oriel::win32;

namespace {

/// The thread's initialisations, counted where Windows keeps its own per-thread data for COM.
struct Apartment {
    LONG count;
    DWORD model;
};
Apartment* apartment(bool make) {
    auto& slot = nt::current_teb()->ReservedForOle;
    if (!slot && make) slot = RtlAllocateHeap(process_heap(), HEAP_ZERO_MEMORY, sizeof(Apartment));
    return static_cast<Apartment*>(slot.get());
}

int hex_value(WCHAR c) {
    if (c >= L'0' && c <= L'9') return c - L'0';
    if (c >= L'a' && c <= L'f') return c - L'a' + 10;
    if (c >= L'A' && c <= L'F') return c - L'A' + 10;
    return -1;
}

/// "{8-4-4-4-12}".
bool parse_guid(const WCHAR* text, GUID& guid) {
    constexpr char shape[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    std::uint8_t bytes[16] = {};
    unsigned digits = 0;
    for (unsigned i = 0; shape[i]; ++i) {
        if (shape[i] != 'x') {
            if (text[i] != static_cast<WCHAR>(shape[i])) return false;
            continue;
        }
        const int value = hex_value(text[i]);
        if (value < 0) return false;
        bytes[digits / 2] = static_cast<std::uint8_t>(bytes[digits / 2] << 4 | value);
        ++digits;
    }
    if (text[sizeof shape - 1]) return false;
    guid.Data1 = static_cast<DWORD>(bytes[0]) << 24 | static_cast<DWORD>(bytes[1]) << 16 |
                 static_cast<DWORD>(bytes[2]) << 8 | bytes[3];
    guid.Data2 = static_cast<WORD>(bytes[4] << 8 | bytes[5]);
    guid.Data3 = static_cast<WORD>(bytes[6] << 8 | bytes[7]);
    __builtin_memcpy(guid.Data4, bytes + 8, 8);
    return true;
}

} // namespace

DLL_EXPORT HRESULT WINAPI CoInitializeEx(LPVOID reserved, DWORD model) {
    if (reserved) return E_INVALIDARG;
    Apartment* const here = apartment(true);
    if (!here) return E_OUTOFMEMORY;
    if (here->count && (here->model ^ model) & COINIT_APARTMENTTHREADED) return RPC_E_CHANGED_MODE;
    here->model = model;
    return here->count++ ? S_FALSE : S_OK;
}
DLL_EXPORT HRESULT WINAPI CoInitialize(LPVOID reserved) { return CoInitializeEx(reserved, COINIT_APARTMENTTHREADED); }
DLL_EXPORT HRESULT WINAPI OleInitialize(LPVOID reserved) {
    return CoInitializeEx(reserved, COINIT_APARTMENTTHREADED);
}
DLL_EXPORT void WINAPI CoUninitialize() {
    Apartment* const here = apartment(false);
    if (!here || here->count == 0 || --here->count) return;
    RtlFreeHeap(process_heap(), 0, here);
    nt::current_teb()->ReservedForOle = nullptr;
}
DLL_EXPORT void WINAPI OleUninitialize() { CoUninitialize(); }

DLL_EXPORT HRESULT WINAPI CoCreateInstance(REFCLSID, LPUNKNOWN, DWORD, REFIID, LPVOID* object) {
    if (!object) return E_POINTER;
    *object = nullptr;
    return apartment(false) ? REGDB_E_CLASSNOTREG : CO_E_NOTINITIALIZED;
}
DLL_EXPORT HRESULT WINAPI CoInitializeSecurity(PSECURITY_DESCRIPTOR, LONG, SOLE_AUTHENTICATION_SERVICE*, void*, DWORD,
                                               DWORD, void*, DWORD, void*) {
    oriel_undone_call("ole32", "CoInitializeSecurity");
    return E_NOTIMPL;
}
DLL_EXPORT HRESULT WINAPI CoSetProxyBlanket(IUnknown*, DWORD, DWORD, OLECHAR*, DWORD, DWORD, RPC_AUTH_IDENTITY_HANDLE,
                                            DWORD) {
    return E_NOINTERFACE;
}

// ------------------------------------------------------------------------------------- task memory: the process heap
DLL_EXPORT LPVOID WINAPI CoTaskMemAlloc(SIZE_T size) { return RtlAllocateHeap(process_heap(), 0, size); }
DLL_EXPORT void WINAPI CoTaskMemFree(LPVOID memory) { RtlFreeHeap(process_heap(), 0, memory); }
DLL_EXPORT LPVOID WINAPI CoTaskMemRealloc(LPVOID memory, SIZE_T size) {
    if (!memory) return CoTaskMemAlloc(size);
    if (size) return RtlReAllocateHeap(process_heap(), 0, memory, size);
    CoTaskMemFree(memory);
    return nullptr;
}

// ------------------------------------------------------------------------------------- GUIDs
DLL_EXPORT HRESULT WINAPI CoCreateGuid(GUID* guid) {
    const Status status = NtOrielRandom(guid, sizeof *guid);
    if (!nt::is_success(status)) return HRESULT_FROM_WIN32(RtlNtStatusToDosError(status));
    guid->Data3 = static_cast<WORD>((guid->Data3 & 0x0FFF) | 0x4000); // version 4: random (RFC 4122)
    guid->Data4[0] = static_cast<BYTE>((guid->Data4[0] & 0x3F) | 0x80);
    return S_OK;
}
DLL_EXPORT int WINAPI StringFromGUID2(REFGUID guid, LPOLESTR to, int size) {
    constexpr int needed = 39;
    if (size < needed) return 0;
    constexpr WCHAR digits[] = L"0123456789ABCDEF";
    int at = 0;
    const auto put = [&](std::uint32_t value, int count) {
        for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) to[at++] = digits[value >> shift & 0xF];
    };
    to[at++] = L'{';
    put(guid.Data1, 8);
    to[at++] = L'-';
    put(guid.Data2, 4);
    to[at++] = L'-';
    put(guid.Data3, 4);
    for (int i = 0; i < 8; ++i) {
        if (i == 0 || i == 2) to[at++] = L'-';
        put(guid.Data4[i], 2);
    }
    to[at++] = L'}';
    to[at++] = 0;
    return at;
}
DLL_EXPORT HRESULT WINAPI CLSIDFromString(LPCOLESTR text, LPCLSID guid) {
    *guid = GUID{};
    if (!text) return S_OK;
    return parse_guid(text, *guid) ? S_OK : CO_E_CLASSSTRING; // and names of classes are not registered
}
DLL_EXPORT HRESULT WINAPI IIDFromString(LPCOLESTR text, LPIID guid) {
    *guid = GUID{};
    if (!text) return S_OK;
    return parse_guid(text, *guid) ? S_OK : CO_E_IIDSTRING;
}

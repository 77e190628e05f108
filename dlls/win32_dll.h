// SPDX-License-Identifier: MIT
// win32_dll.h: what the smaller DLLs start with: our NT headers, then Microsoft's, in the order that works
// (kernel32/windows_headers.h), with "imported" and "exported" taken out of the latter.
#pragma once

#define _ADVAPI32_
#define _KERNEL32_
#define _OLE32_
#define _OLEAUT32_
#define _SHELL32_
#define _USER32_
#define WINADVAPI __declspec(dllexport)
#define WINUSERAPI __declspec(dllexport)
#define WINBASEAPI __declspec(dllimport)

#include <nt/basic.h>
#include <nt/export.h>
#include <nt/ldr.h>
#include <nt/peb.h>
#include <nt/rtl_all.h>
#include <nt/teb.h>
#include <generated/nt_services.h>

#include <dlls/kernel32/windows_headers.h>

#include <cstddef>
#include <cstdint>

/// Every definition of an export begins with this.
#define DLL_EXPORT extern "C" __declspec(dllexport)

/// Says once in the host's log that something which is not done was called (guest_runtime).
extern "C" void oriel_undone_call(const char* dll, const char* name);

namespace oriel::win32 {

using nt::Native;
using nt::Status;

/// The end of a facade function, as in kernel32: TRUE, or FALSE with the last error from the status.
inline BOOL finish(Status status) {
    if (nt::is_success(status)) return TRUE;
    SetLastError(RtlNtStatusToDosError(status));
    return FALSE;
}
inline BOOL fail(DWORD error) {
    SetLastError(error);
    return FALSE;
}

template<class T>
std::size_t length_of(const T* text) {
    std::size_t length = 0;
    while (text[length]) ++length;
    return length;
}

inline void* process_heap() { return nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap.get(); }

/// An ANSI argument in UTF-16, on the process heap. A null pointer stays one.
class WideArgument {
public:
    explicit WideArgument(const char* text) {
        if (!text) return;
        const int size = MultiByteToWideChar(CP_ACP, 0, text, -1, nullptr, 0);
        m_text =
            static_cast<WCHAR*>(RtlAllocateHeap(process_heap(), 0, static_cast<std::size_t>(size) * sizeof(WCHAR)));
        if (m_text) MultiByteToWideChar(CP_ACP, 0, text, -1, m_text, size);
    }
    ~WideArgument() {
        if (m_text) RtlFreeHeap(process_heap(), 0, m_text);
    }
    WideArgument(const WideArgument&) = delete;
    WideArgument& operator=(const WideArgument&) = delete;
    [[nodiscard]] WCHAR* get() const { return m_text; }

private:
    WCHAR* m_text = nullptr;
};

} // namespace oriel::win32

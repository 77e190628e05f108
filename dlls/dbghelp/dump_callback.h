// SPDX-License-Identifier: MIT
// dump_callback.h: what the caller of MiniDumpWriteDump decides while the dump is written.
//
// Source: "MINIDUMP_CALLBACK_INPUT structure", "MINIDUMP_CALLBACK_OUTPUT structure", "MiniDumpCallback callback function"
// (Microsoft documentation). The layouts are Microsoft's compiler's, in which CONTEXT keeps its alignment though
// minidumpapiset.h packs to 4 bytes; GCC packs it, so mingw-w64's declarations are not used.
#pragma once

#include <dlls/win32_dll.h>

#include <dbghelp.h>

namespace oriel::dbghelp {

#pragma pack(push, 4)
struct ThreadNotice {
    ULONG ThreadId;
    HANDLE ThreadHandle;
#ifdef _WIN64
    ULONG padding;
#endif
    CONTEXT Context;
    ULONG SizeOfContext;
    ULONG64 StackBase, StackEnd;
};
struct ModuleNotice {
    const char16_t* FullPath;
    ULONG64 BaseOfImage;
    ULONG SizeOfImage, CheckSum, TimeDateStamp;
    VS_FIXEDFILEINFO VersionInfo;
    PVOID CvRecord;
    ULONG SizeOfCvRecord;
    PVOID MiscRecord;
    ULONG SizeOfMiscRecord;
};
struct IoNotice {
    HANDLE Handle;
    ULONG64 Offset;
    const void* Buffer;
    ULONG BufferBytes;
};
struct CallbackInput {
    ULONG ProcessId;
    HANDLE ProcessHandle;
    ULONG CallbackType;
    union {
        ThreadNotice Thread;
        ModuleNotice Module;
        ULONG IncludeThread;
        ULONG64 IncludeModule;
        IoNotice Io;
    };
};
struct CallbackOutput {
    union {
        ULONG WriteFlags; ///< of a thread or a module
        struct {
            ULONG64 MemoryBase;
            ULONG MemorySize;
        };
        struct {
            BOOL CheckCancel, Cancel;
        };
        struct {
            MINIDUMP_MEMORY_INFO VmRegion;
            BOOL Continue;
        };
        HRESULT Status;
    };
};
#pragma pack(pop)
#ifdef _WIN64
static_assert(offsetof(ThreadNotice, Context) == 16 && offsetof(CallbackInput, Thread) == 16);
#else
static_assert(offsetof(ThreadNotice, Context) == 8 && offsetof(CallbackInput, Thread) == 12);
#endif
using CallbackRoutine = BOOL(WINAPI*)(PVOID, const CallbackInput*, CallbackOutput*);
struct CallbackInformation {
    CallbackRoutine Routine;
    PVOID Parameter;
};

/// Asks, where there is somebody to ask.
class DumpCallback {
public:
    explicit DumpCallback(const CallbackInformation* information) : m_information(information) {}

    [[nodiscard]] bool exists() const { return m_information != nullptr && m_information->Routine != nullptr; }
    /// `input` has its kind's member; `output` what is so by default. Without a callback: true, and nothing changed.
    bool ask(MINIDUMP_CALLBACK_TYPE kind, CallbackInput& input, CallbackOutput& output) const {
        if (!exists()) return true;
        input.ProcessId = GetCurrentProcessId();
        input.ProcessHandle = GetCurrentProcess();
        input.CallbackType = kind;
        return m_information->Routine(m_information->Parameter, &input, &output) != FALSE;
    }

private:
    const CallbackInformation* m_information;
};

} // namespace oriel::dbghelp

// SPDX-License-Identifier: MIT
// minidump.cpp: MiniDumpWriteDump and MiniDumpReadDumpStream.
//
// Only this process can be dumped. A failure leaves an HRESULT as the last error ("MiniDumpWriteDump function", Microsoft
// documentation: "Note that the last error will be an HRESULT value").
#include "own_process.h"

namespace oriel::dbghelp {
namespace {

HRESULT from_win32(DWORD error) { return static_cast<HRESULT>(0x80070000 | error); }
BOOL fail(HRESULT reason) {
    SetLastError(static_cast<DWORD>(reason));
    return FALSE;
}

// What is promised to be left out of the file cannot be left to chance.
constexpr ULONG refused = MiniDumpFilterMemory | MiniDumpFilterTriage;
// Streams that are left out, which the format allows; the host's log says so.
constexpr struct {
    ULONG flag;
    const char* name;
} left_out[] = {
    {MiniDumpWithHandleData, "MiniDumpWithHandleData"},
    {MiniDumpScanMemory, "MiniDumpScanMemory"},
    {MiniDumpWithUnloadedModules, "MiniDumpWithUnloadedModules"},
    {MiniDumpWithIndirectlyReferencedMemory, "MiniDumpWithIndirectlyReferencedMemory"},
    {MiniDumpWithFullAuxiliaryState, "MiniDumpWithFullAuxiliaryState"},
    {MiniDumpWithTokenInformation, "MiniDumpWithTokenInformation"},
    {MiniDumpWithAvxXStateContext, "MiniDumpWithAvxXStateContext"},
    {MiniDumpWithIptTrace, "MiniDumpWithIptTrace"},
};

/// To the file, or to the callback if it has said at the start that it does that itself.
class DumpFile {
public:
    DumpFile(HANDLE file, OwnProcess& source, const DumpCallback& callback) : m_file(file), m_source(source), m_callback(callback) {
        CallbackInput input{};
        CallbackOutput output{};
        input.Io.Handle = file;
        output.Status = E_NOTIMPL;
        m_callback_writes = callback.exists() && callback.ask(IoStartCallback, input, output) && output.Status == S_FALSE;
    }

    bool write(std::uint64_t at, const void* data, std::size_t bytes) {
        if (m_source.was_cancelled()) return m_error = from_win32(ERROR_CANCELLED), false;
        if (bytes == 0) return true;
        if (m_callback_writes) return notify(IoWriteAllCallback, {m_file, at, data, static_cast<ULONG>(bytes)});
        OVERLAPPED where{};
        where.Offset = static_cast<DWORD>(at);
        where.OffsetHigh = static_cast<DWORD>(at >> 32);
        DWORD done = 0;
        if (WriteFile(m_file, data, static_cast<DWORD>(bytes), &done, &where) && done == bytes) return true;
        m_error = from_win32(GetLastError());
        return false;
    }
    bool finish() { return !m_callback_writes || notify(IoFinishCallback, {m_file, 0, nullptr, 0}); }
    [[nodiscard]] HRESULT error() const { return m_error; }

private:
    bool notify(MINIDUMP_CALLBACK_TYPE kind, const IoNotice& notice) {
        CallbackInput input{};
        CallbackOutput output{};
        input.Io = notice;
        if (m_callback.ask(kind, input, output) && output.Status >= 0) return true;
        m_error = output.Status < 0 ? output.Status : E_FAIL;
        return false;
    }

    HANDLE m_file;
    OwnProcess& m_source;
    const DumpCallback& m_callback;
    HRESULT m_error = E_FAIL; ///< also: the file would be too large for its format
    bool m_callback_writes = false;
};

/// The exception, copied through fault-safe reads: the pointers come from a process that has just failed.
bool capture(const MINIDUMP_EXCEPTION_INFORMATION& from, DumpRequest& to) {
    const auto read = [](const void* at, void* copy, std::size_t bytes) {
        SIZE_T done = 0;
        return ReadProcessMemory(GetCurrentProcess(), at, copy, bytes, &done) && done == bytes;
    };
    EXCEPTION_POINTERS pointers{};
    if (!read(from.ExceptionPointers, &pointers, sizeof pointers)) return false;
    if (!read(pointers.ExceptionRecord, &to.record, sizeof to.record)) return false;
    if (!read(pointers.ContextRecord, &to.exception_context, sizeof to.exception_context)) return false;
    if (to.record.NumberParameters > nt::exception_maximum_parameters) to.record.NumberParameters = nt::exception_maximum_parameters;
    to.exception_thread = from.ThreadId;
    to.has_exception = true;
    return true;
}

} // namespace
} // namespace oriel::dbghelp

using namespace oriel::dbghelp;

DLL_EXPORT BOOL WINAPI MiniDumpWriteDump(HANDLE hProcess, DWORD ProcessId, HANDLE hFile, MINIDUMP_TYPE DumpType,
                                         CONST PMINIDUMP_EXCEPTION_INFORMATION ExceptionParam,
                                         CONST PMINIDUMP_USER_STREAM_INFORMATION UserStreamParam,
                                         CONST PMINIDUMP_CALLBACK_INFORMATION CallbackParam) {
    CONTEXT self;
    self.ContextFlags = CONTEXT_FULL;
    RtlCaptureContext(reinterpret_cast<nt::CONTEXT<nt::Native>*>(&self));
    const auto type = static_cast<ULONG>(DumpType);
    if ((type & ~static_cast<ULONG>(MiniDumpValidTypeFlags)) != 0) return fail(from_win32(ERROR_INVALID_PARAMETER));
    if ((type & refused) != 0) {
        oriel_undone_call("dbghelp.dll", "MiniDumpFilterMemory");
        return fail(from_win32(ERROR_NOT_SUPPORTED));
    }
    if (GetProcessId(hProcess) != GetCurrentProcessId() || ProcessId != GetCurrentProcessId()) {
        oriel_undone_call("dbghelp.dll", "MiniDumpWriteDump of another process");
        return fail(from_win32(ERROR_NOT_SUPPORTED));
    }
    for (const auto& each : left_out)
        if ((type & each.flag) != 0) oriel_undone_call("dbghelp.dll", each.name);

    DumpRequest request;
    request.type = type;
    request.self = &self;
    request.user_streams = UserStreamParam;
    if (ExceptionParam != nullptr && ExceptionParam->ExceptionPointers != nullptr && !capture(*ExceptionParam, request))
        return fail(from_win32(ERROR_NOACCESS));

    const DumpCallback callback(reinterpret_cast<const CallbackInformation*>(CallbackParam));
    HRESULT error = E_FAIL;
    bool written = false;
    {
        OwnProcess source(request, callback);
        if (source.was_cancelled()) error = from_win32(ERROR_CANCELLED);
        else {
            DumpFile file(hFile, source, callback);
            written = oriel::rtl::MinidumpWriter(source, file).write() && file.finish();
            error = file.error();
        }
    }
    return written ? TRUE : fail(error);
}

/// "BaseOfDump: a pointer to the base of the mapped minidump file."
DLL_EXPORT BOOL WINAPI MiniDumpReadDumpStream(PVOID BaseOfDump, ULONG StreamNumber, PMINIDUMP_DIRECTORY* Dir, PVOID* StreamPointer, ULONG* StreamSize) {
    const auto* const header = static_cast<const MINIDUMP_HEADER*>(BaseOfDump);
    if (header == nullptr || header->Signature != nt::minidump::signature || (header->Version & 0xFFFF) != nt::minidump::version) {
        SetLastError(ERROR_INVALID_DATA);
        return FALSE;
    }
    auto* const bytes = static_cast<std::uint8_t*>(BaseOfDump);
    auto* const directory = reinterpret_cast<MINIDUMP_DIRECTORY*>(bytes + header->StreamDirectoryRva);
    for (ULONG i = 0; i < header->NumberOfStreams; ++i) {
        if (directory[i].StreamType != StreamNumber) continue;
        if (Dir != nullptr) *Dir = &directory[i];
        if (StreamPointer != nullptr) *StreamPointer = bytes + directory[i].Location.Rva;
        if (StreamSize != nullptr) *StreamSize = directory[i].Location.DataSize;
        return TRUE;
    }
    SetLastError(ERROR_FILE_NOT_FOUND);
    return FALSE;
}

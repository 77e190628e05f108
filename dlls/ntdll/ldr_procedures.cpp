// SPDX-License-Identifier: MIT
// ldr_procedures.cpp: ntdll's exports for finding functions: GetProcAddress's other half, and delay loading.
#include <ntdll-emu/rtl/ldr/delay_load.h>
#include <ntdll-emu/rtl/ldr/module_table.h>

using namespace oriel::rtl::ldr;
using nt::Status;

namespace {

/// dliFailLoadLib, dliFailGetProc of delayimp.h.
constexpr std::uint32_t event_load_failed = 3;
constexpr std::uint32_t event_procedure_failed = 4;

/// What RtlNtStatusToDosError says of the statuses that loading ends in.
std::uint32_t win32_error_of(Status status) {
    switch (status) {
    case Status::DllNotFound: return 126;        // ERROR_MOD_NOT_FOUND
    case Status::EntrypointNotFound: return 127; // ERROR_PROC_NOT_FOUND
    case Status::OrdinalNotFound: return 182;    // ERROR_INVALID_ORDINAL
    case Status::DllInitFailed: return 1114;     // ERROR_DLL_INIT_FAILED
    case Status::InvalidImageFormat: return 193; // ERROR_BAD_EXE_FORMAT
    case Status::NoMemory: return 8;             // ERROR_NOT_ENOUGH_MEMORY
    default: return 317;                         // ERROR_MR_MID_NOT_FOUND
    }
}

bool is_about_procedure(Status status) {
    return status == Status::EntrypointNotFound || status == Status::OrdinalNotFound;
}

/// Visual C++'s delay helper raises these where no hook helps: 0xC06D007E "module", 0xC06D007F "procedure".
[[noreturn]] void raise_delay_failure(Status status, nt::DELAYLOAD_INFO<Native>& info) {
    constexpr std::uint32_t facility_visual_cpp = 0xC06D0000;
    NtExceptionRecord record{};
    record.ExceptionCode = static_cast<Status>(facility_visual_cpp | (is_about_procedure(status) ? 127 : 126));
    record.NumberParameters = 1;
    record.ExceptionInformation[0] = reinterpret_cast<Word>(&info);
    RtlRaiseException(&record);
    __builtin_trap();
}

nt::DELAYLOAD_INFO<Native> failure_info(const DelayedCall& call, Status status) {
    nt::DELAYLOAD_INFO<Native> info{};
    const char* dll = nullptr;
    Wanted wanted;
    info.Size = sizeof info;
    info.DelayloadDescriptor = &call.descriptor;
    info.ThunkAddress = call.thunk;
    info.LastError = win32_error_of(status);
    if (!describe_delayed(call, dll, wanted)) return info;
    info.TargetDllName = dll;
    info.ImportDescribedByName = wanted.name != nullptr;
    info.NameOrOrdinal = wanted.name != nullptr ? reinterpret_cast<Word>(wanted.name) : wanted.ordinal;
    return info;
}

} // namespace

NT_EXPORT Status NT_API LdrGetProcedureAddressEx(void* BaseAddress, const NtLdrAnsiString* Name,
                                                 std::uint32_t Ordinal, void** Procedure, std::uint32_t) {
    if (Name == nullptr || Name->Length == 0) {
        if (Ordinal == 0) return Status::InvalidParameter;
        return find_procedure(BaseAddress, {nullptr, Ordinal, 0}, *Procedure);
    }
    // A counted string, to which a NUL is added. Names are short, but C++ makes long ones too.
    constexpr std::size_t usual = 256;
    char short_name[usual];
    char* name = Name->Length < usual ? short_name : static_cast<char*>(allocate(Name->Length + std::size_t{1}));
    if (name == nullptr) return Status::NoMemory;
    std::memcpy(name, Name->Buffer.get(), Name->Length);
    name[Name->Length] = 0;
    const Status status = find_procedure(BaseAddress, {name, 0, 0}, *Procedure);
    if (name != short_name) release(name);
    return status;
}

NT_EXPORT Status NT_API LdrGetProcedureAddress(void* BaseAddress, const NtLdrAnsiString* Name, std::uint32_t Ordinal,
                                               void** Procedure) {
    return LdrGetProcedureAddressEx(BaseAddress, Name, Ordinal, Procedure, 0);
}

NT_EXPORT Status NT_API LdrGetProcedureAddressForCaller(void* BaseAddress, const NtLdrAnsiString* Name,
                                                        std::uint32_t Ordinal, void** Procedure, std::uint32_t Flags,
                                                        void**) {
    return LdrGetProcedureAddressEx(BaseAddress, Name, Ordinal, Procedure, Flags);
}

NT_EXPORT void* NT_API LdrResolveDelayLoadedAPI(void* ParentModuleBase,
                                                const nt::IMAGE_DELAYLOAD_DESCRIPTOR* Descriptor,
                                                NtDelayLoadHook FailureDllHook, void*,
                                                nt::uptr<nt::Native>* ThunkAddress, std::uint32_t) {
    Module* importer = modules.by_base(ParentModuleBase);
    if (importer == nullptr) return nullptr;
    const DelayedCall call{*importer, *Descriptor, ThunkAddress};
    void* address = nullptr;
    const Status status = resolve_delayed(call, address);
    if (nt::is_success(status)) return address;

    auto info = failure_info(call, status);
    if (FailureDllHook != nullptr)
        if (void* instead =
                FailureDllHook(is_about_procedure(status) ? event_procedure_failed : event_load_failed, &info)) {
            *ThunkAddress = reinterpret_cast<Word>(instead);
            return instead;
        }
    raise_delay_failure(status, info);
}

// SPDX-License-Identifier: MIT
// exception_support.cpp: exports that the libraries of C++ and of managed code build on (x64).
//
// Source: "_is_exception_typeof", "__C_specific_handler"; the rest by the names that msvcp140.dll and <vcruntime.h>
// give them.
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/thread_state.h>
#include <dlls/crt/cxx_eh/type_match.h>

using namespace oriel::crt::cxx;

/// Whether what is being handled can be caught as `type`.
UCRT_EXPORT int _is_exception_typeof(const TypeDescriptor* type, NtExceptionPointers* pointers) {
    Thrown thrown;
    if (type == nullptr || pointers == nullptr || pointers->ExceptionRecord.get() == nullptr) terminate();
    if (!is_cxx_exception(*pointers->ExceptionRecord.get(), thrown) || thrown.is_rethrow()) return 0;
    const auto* list = thrown.at<CatchableTypeArray>(thrown.info->catchableTypes);
    for (std::int32_t i = 0; list != nullptr && i < list->count; ++i)
        if (same_text(thrown.at<TypeDescriptor>(thrown.at<CatchableType>(list->types[i])->type)->name, type->name)) return 1;
    return 0;
}

/// The subobject that a pointer to member data leads to.
UCRT_EXPORT void* __AdjustPointer(void* object, const Displacement* displacement) {
    return adjust(static_cast<char*>(object), *displacement);
}

UCRT_EXPORT void __DestructExceptionObject(NtExceptionRecord* record, int) {
    Thrown thrown;
    if (record != nullptr && is_cxx_exception(*record, thrown)) destroy_exception(thrown);
}

/// The handler of `__try` in a function that lets nothing out.
UCRT_EXPORT nt::Disposition __C_specific_handler_noexcept(NtExceptionRecord* record, void* establisher, NtContext* context,
                                                          NtDispatcherContext* dispatcher) {
    const nt::Disposition answer = __C_specific_handler(record, establisher, context, dispatcher);
    const bool searching = (record->ExceptionFlags & nt::exception_flag::unwind_mask) == 0;
    if (searching && answer == nt::Disposition::ContinueSearch) terminate();
    return answer;
}

UCRT_EXPORT void _local_unwind(void* frame, void* target) { RtlUnwind(frame, target, nullptr, nullptr); }

// SPDX-License-Identifier: MIT
// thread_state.cpp: the thread's state of exceptions, for the DLL that keeps it.
#include <dlls/crt/cxx_eh/thread_state.h>

#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/thread_data.h>

using namespace oriel::crt;

CRT_EXPORT void** __current_exception() { return &cxx_state().current_exception; }
CRT_EXPORT void** __current_exception_context() { return &cxx_state().current_context; }
UCRT_EXPORT int* __processing_throw() { return &cxx_state().processing_throw; }
CRT_EXPORT int __uncaught_exception() { return cxx_state().processing_throw != 0; }
UCRT_EXPORT int __uncaught_exceptions() { return cxx_state().processing_throw; }

UCRT_EXPORT FrameInfo* _CreateFrameInfo(FrameInfo* info, void* object) {
    void*& head = cxx_state().frame_info;
    info->object = object;
    info->outer = static_cast<FrameInfo*>(head);
    head = info;
    return info;
}

UCRT_EXPORT void _FindAndUnlinkFrame(FrameInfo* info) {
    CxxThreadState& thread = cxx_state();
    if (thread.frame_info == info) {
        thread.frame_info = info->outer;
        return;
    }
    for (auto* each = static_cast<FrameInfo*>(thread.frame_info); each != nullptr; each = each->outer) {
        if (each->outer != info) continue;
        each->outer = info->outer;
        return;
    }
    cxx::terminate(); // the list has been damaged
}

UCRT_EXPORT int _IsExceptionObjectToBeDestroyed(void* object) {
    for (auto* each = static_cast<FrameInfo*>(cxx_state().frame_info); each != nullptr; each = each->outer)
        if (each->object == object) return 0;
    return 1;
}

/// Makes `translate` the calling thread's translator of foreign exceptions; answers the one before.
CRT_EXPORT void* oriel_set_se_translator(void* translate) CRT_MANGLED(
    "?_set_se_translator@@YAP6AXIPEAU_EXCEPTION_POINTERS@@@ZP6AXI0@Z@Z",
    "?_set_se_translator@@YAP6AXIPAU_EXCEPTION_POINTERS@@@ZP6AXI0@Z@Z");
CRT_EXPORT void* oriel_set_se_translator(void* translate) {
    void*& kept = cxx_state().se_translator;
    void* const before = kept;
    kept = translate;
    return before;
}

namespace oriel::crt::cxx {

SeTranslator se_translator() { return reinterpret_cast<SeTranslator>(cxx_state().se_translator); }

} // namespace oriel::crt::cxx

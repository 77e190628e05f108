// SPDX-License-Identifier: MIT
// thread_state.h: what a thread knows of its exceptions.
//
// The state itself is kept by msvcrt.dll, ucrtbase.dll or vcruntime140.dll, each its own. These functions are the
// only way to it. All but the last are exports of Microsoft's runtime under these names, and vcruntime140_1.dll,
// where frame handler 4 lives, imports them: so it works with whichever vcruntime140.dll the program has brought.
#pragma once

#include <dlls/crt/cxx_eh/eh_data.h>
#include <dlls/crt/crt.h>

extern "C" {

/// One catch block that is running, on its thread's list: it keeps the exception's object alive.
struct FrameInfo {
    void* object;
    FrameInfo* outer;
};

CRT_EXPORT void** __current_exception(); ///< EXCEPTION_RECORD* of what the innermost catch block handles
CRT_EXPORT void** __current_exception_context(); ///< the CONTEXT* that belongs to it
UCRT_EXPORT int* __processing_throw(); ///< how many unwinds are destroying objects

FrameInfo* _CreateFrameInfo(FrameInfo* info, void* object);
void _FindAndUnlinkFrame(FrameInfo* info);
/// 0 while a catch block on the list handles it.
int _IsExceptionObjectToBeDestroyed(void* object);

}

namespace oriel::crt::cxx {

using SeTranslator = void (*)(unsigned code, NtExceptionPointers* exception);
SeTranslator se_translator();

inline NtExceptionRecord*& current_exception() { return *reinterpret_cast<NtExceptionRecord**>(__current_exception()); }
inline NtContext*& current_context() { return *reinterpret_cast<NtContext**>(__current_exception_context()); }

} // namespace oriel::crt::cxx

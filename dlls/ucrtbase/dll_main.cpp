// SPDX-License-Identifier: MIT
// dll_main.cpp: ucrtbase.dll's entry point.
//
// The loader calls it when the DLL comes and goes and when a thread ends. A thread's block is made when the
// thread first needs it, so a new thread costs nothing here.
#include <dlls/crt/startup.h>

#include <dlls/crt/win32.h>

extern "C" BOOL WINAPI DllMainCRTStartup(HINSTANCE, DWORD reason, void* reserved) {
    switch (reason) {
    case DLL_PROCESS_ATTACH: return oriel::crt::attach_process();
    case DLL_PROCESS_DETACH: oriel::crt::detach_process(reserved != nullptr); break;
    case DLL_THREAD_DETACH: oriel::crt::detach_thread(); break;
    }
    return TRUE;
}

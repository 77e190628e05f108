// SPDX-License-Identifier: MIT
// frame_handler.cpp: __CxxFrameHandler3, the language handler of functions with tables of format 3 (x64).
//
// __CxxFrameHandler and __CxxFrameHandler2 are its older names; the tables tell their own version.
#include <dlls/crt/cxx_eh/frame.h>
#include <dlls/crt/cxx_eh/frame_handler.h>

using namespace oriel::crt::cxx;

CRT_EXPORT nt::Disposition __CxxFrameHandler3(NtExceptionRecord* record, void* establisher, NtContext* context,
                                              NtDispatcherContext* dispatcher) {
    Frame3 frame(establisher, *dispatcher);
    return FrameHandler<Frame3>(frame, *dispatcher).run(*record, *context);
}
CRT_ALIAS(__CxxFrameHandler, __CxxFrameHandler3);
CRT_ALIAS(__CxxFrameHandler2, __CxxFrameHandler3);

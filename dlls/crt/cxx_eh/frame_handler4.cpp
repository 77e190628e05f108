// SPDX-License-Identifier: MIT
// frame_handler4.cpp: __CxxFrameHandler4, the language handler of functions with tables of format 4 (x64).
#include <dlls/crt/cxx_eh/frame4.h>
#include <dlls/crt/cxx_eh/frame_handler.h>

using namespace oriel::crt::cxx;

UCRT_EXPORT nt::Disposition __CxxFrameHandler4(NtExceptionRecord* record, void* establisher, NtContext* context,
                                               NtDispatcherContext* dispatcher) {
    Frame4 frame(establisher, *dispatcher);
    return FrameHandler<Frame4>(frame, *dispatcher).run(*record, *context);
}

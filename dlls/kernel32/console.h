// SPDX-License-Identifier: MIT
// console.h: how the console functions ask the console device (include/nt/console_ioctl.h).
#pragma once

#include "buffer.h"
#include "standard_handles.h"

namespace oriel::k32 {

/// One request. Statuses: InvalidHandle (the handle is no console's, or the wrong side), and the device's own.
/// `written`, where given, is how many bytes came back.
Status ask_console(HANDLE console, std::uint32_t code, const void* in, std::size_t in_size, void* out,
                   std::size_t out_size, std::size_t* written = nullptr);

template<class In>
Status tell_console(HANDLE console, std::uint32_t code, const In& in) {
    return ask_console(console, code, &in, sizeof in, nullptr, 0);
}
template<class Out>
Status query_console(HANDLE console, std::uint32_t code, Out& out) {
    return ask_console(console, code, nullptr, 0, &out, sizeof out);
}

/// The console as a whole, for what belongs to no side of it (code pages, title). Closed at the end of the scope.
class WholeConsole {
public:
    WholeConsole();
    [[nodiscard]] Status status() const { return m_status; }
    [[nodiscard]] HANDLE get() const { return m_handle.get(); }

private:
    OwnedHandle m_handle;
    Status m_status;
};

} // namespace oriel::k32

// SPDX-License-Identifier: MIT
// std_exception.cpp: what std::exception, which lives in the program's headers, leaves to the library: its text.
//
// Source: <vcruntime_exception.h>'s use of the two functions.
#include <dlls/crt/crt.h>

namespace {
struct ExceptionData {
    const char* what;
    bool owned; ///< the text is a copy of its own
};
} // namespace

/// `to` is empty. Without memory its text is null, and what() says "Unknown exception".
UCRT_EXPORT void __std_exception_copy(const ExceptionData* from, ExceptionData* to) {
    if (!from->owned || !from->what) {
        *to = {from->what, false};
        return;
    }
    size_t length = strlen(from->what) + 1;
    auto* copy = static_cast<char*>(malloc(length));
    if (copy)
        memcpy(copy, from->what, length);
    *to = {copy, copy != nullptr};
}

UCRT_EXPORT void __std_exception_destroy(ExceptionData* data) {
    if (data->owned)
        free(const_cast<char*>(data->what));
    *data = {};
}

// SPDX-License-Identifier: MIT
// directories.h: the smaller data directories: thread-local storage, load config, exception table, .NET.
#pragma once

#include <loader/pe/image.h>

namespace oriel::pe {

/// Static thread-local storage: a template that every thread gets a copy of, the variable that receives the
/// module's TLS index, and functions to call when threads come and go. Addresses in the directory are
/// absolute; here they are RVAs. Source: "PE Format", "The .tls section".
struct TlsDirectory {
    std::uint32_t template_rva = 0;
    std::uint32_t template_bytes = 0;
    std::uint32_t zero_fill_bytes = 0; ///< follow the template
    std::uint32_t alignment = 0;       ///< of the copy; 0: the default
    std::uint32_t index_rva = 0;
    std::vector<std::uint32_t> callback_rvas;
};
/// None if the image has no TLS. Errors: TlsDirectory.
Parsed<std::optional<TlsDirectory>> tls_of(const Image& image);

/// What the loader uses of the load config directory. Fields beyond the directory's own Size are zero.
struct LoadConfig {
    std::uint32_t size = 0;
    std::uint64_t security_cookie = 0;        ///< addresses at the preferred base; 0: absent
    std::uint64_t safe_handler_table = 0;     ///< x86: registered exception handlers
    std::uint64_t safe_handler_count = 0;
    std::uint64_t guard_check_pointer = 0;    ///< control flow guard: pointers that the loader fills
    std::uint64_t guard_dispatch_pointer = 0;
    std::uint32_t guard_flags = 0;
    std::uint16_t dependent_load_flags = 0;
};
/// None if the image has none. Errors: LoadConfig.
Parsed<std::optional<LoadConfig>> load_config_of(const Image& image);

/// The x64 exception table (.pdata): a function's extent and its unwind data, in ascending order.
using ExceptionTable = Table<nt::IMAGE_AMD64_RUNTIME_FUNCTION_ENTRY>;
/// Empty if the image has none, or is not for x64. Errors: ExceptionTable.
Parsed<ExceptionTable> exceptions_of(const Image& image);
/// The first entry that is out of order or outside the image.
Fault check_exceptions(const Image& image, const ExceptionTable& table);

/// The .NET header; none if the image is native. Errors: ClrHeader.
Parsed<std::optional<nt::IMAGE_COR20_HEADER>> clr_of(const Image& image);

} // namespace oriel::pe

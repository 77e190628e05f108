// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/security_cookie.h>

#include <ntdll-emu/rtl/platform.h>

namespace oriel::rtl::ldr {

namespace {
constexpr std::uint64_t default_cookie = nt::Native::is_64 ? 0x00002B992DDFA232 : 0xBB40E64E;
constexpr std::uint64_t default_cookie_16 = 0xBB40;
/// On x64 the cookie's upper 16 bits are zero, so that a string copied over it ends there.
constexpr std::uint64_t cookie_mask = nt::Native::is_64 ? 0x0000FFFFFFFFFFFF : 0xFFFFFFFF;
} // namespace

void make_security_cookie(ImageView image) {
    using LoadConfig = nt::IMAGE_LOAD_CONFIG_DIRECTORY<Native>;
    const std::uint32_t rva = image.directory(ImageDirectory::LoadConfig).VirtualAddress;
    const auto* size = image.at<std::uint32_t>(rva);
    constexpr std::uint32_t needed = offsetof(LoadConfig, SecurityCookie) + sizeof(Word);
    if (size == nullptr || *size < needed || image.at<std::byte>(rva, needed) == nullptr) return;

    const auto* config = reinterpret_cast<const LoadConfig*>(size);
    const Word offset = config->SecurityCookie - image.address();
    auto* cookie = offset < image.size() ? image.at<Word>(static_cast<std::uint32_t>(offset)) : nullptr;
    if (cookie == nullptr || (*cookie != default_cookie && *cookie != default_cookie_16 && *cookie != 0)) return;
    std::uint64_t value = platform::random_seed() & cookie_mask;
    if (value == default_cookie || value == 0) ++value;
    *cookie = static_cast<Word>(value);
}

} // namespace oriel::rtl::ldr

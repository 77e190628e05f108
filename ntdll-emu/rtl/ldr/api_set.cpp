// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/api_set.h>

#include <cstddef>

namespace oriel::rtl::ldr {

namespace {

struct Rule {
    std::u16string_view beginning; ///< lower case
    std::u16string_view host;
};

// Hosts as on Windows 10, but for kinds whose functions we keep in the classic DLL (registry, shlwapi, ...).
constexpr Rule rules[] = {
    {u"api-ms-win-core-", u"kernelbase.dll"},
    {u"api-ms-win-core-com-", u"combase.dll"},
    {u"api-ms-win-core-crt-", u"msvcrt.dll"},
    {u"api-ms-win-core-marshal-", u"combase.dll"},
    {u"api-ms-win-core-registry", u"advapi32.dll"},
    {u"api-ms-win-core-registryuserspecific-", u"shlwapi.dll"},
    {u"api-ms-win-core-rtlsupport-", u"ntdll.dll"},
    {u"api-ms-win-core-shlwapi-", u"shlwapi.dll"},
    {u"api-ms-win-core-stringansi-", u"kernelbase.dll"},
    {u"api-ms-win-core-url-", u"shlwapi.dll"},
    {u"api-ms-win-core-version-", u"version.dll"},
    {u"api-ms-win-core-winrt-", u"combase.dll"},
    {u"api-ms-win-crt-", u"ucrtbase.dll"},
    {u"api-ms-win-appmodel-", u"kernelbase.dll"},
    {u"api-ms-win-base-", u"advapi32.dll"},
    {u"api-ms-win-devices-", u"cfgmgr32.dll"},
    {u"api-ms-win-downlevel-advapi32-", u"advapi32.dll"},
    {u"api-ms-win-downlevel-kernel32-", u"kernel32.dll"},
    {u"api-ms-win-downlevel-normaliz-", u"normaliz.dll"},
    {u"api-ms-win-downlevel-ole32-", u"ole32.dll"},
    {u"api-ms-win-downlevel-shell32-", u"shell32.dll"},
    {u"api-ms-win-downlevel-shlwapi-", u"shlwapi.dll"},
    {u"api-ms-win-downlevel-user32-", u"user32.dll"},
    {u"api-ms-win-downlevel-version-", u"version.dll"},
    {u"api-ms-win-eventing-", u"advapi32.dll"},
    {u"api-ms-win-gdi-", u"gdi32.dll"},
    {u"api-ms-win-mm-", u"winmm.dll"},
    {u"api-ms-win-ntuser-", u"user32.dll"},
    {u"api-ms-win-oobe-", u"kernelbase.dll"},
    {u"api-ms-win-power-", u"powrprof.dll"},
    {u"api-ms-win-rtcore-ntuser-", u"user32.dll"},
    {u"api-ms-win-security-", u"advapi32.dll"},
    {u"api-ms-win-service-", u"advapi32.dll"},
    {u"api-ms-win-shcore-", u"shcore.dll"},
    {u"api-ms-win-shell-", u"shell32.dll"},
    {u"api-ms-win-stateseparation-", u"kernelbase.dll"},
    {u"ext-ms-win-advapi32-", u"advapi32.dll"},
    {u"ext-ms-win-gdi-", u"gdi32.dll"},
    {u"ext-ms-win-kernel32-", u"kernel32.dll"},
    {u"ext-ms-win-kernelbase-", u"kernelbase.dll"},
    {u"ext-ms-win-ntuser-", u"user32.dll"},
    {u"ext-ms-win-ole32-", u"ole32.dll"},
    {u"ext-ms-win-oleacc-", u"oleacc.dll"},
    {u"ext-ms-win-shell32-", u"shell32.dll"},
};

constexpr std::u16string_view known_dlls[] = {
    u"advapi32.dll", u"combase.dll",    u"comdlg32.dll", u"gdi32.dll",     u"imagehlp.dll", u"imm32.dll",
    u"kernel32.dll", u"kernelbase.dll", u"msctf.dll",    u"msvcp_win.dll", u"msvcrt.dll",   u"normaliz.dll",
    u"nsi.dll",      u"ntdll.dll",      u"ole32.dll",    u"oleaut32.dll",  u"psapi.dll",    u"rpcrt4.dll",
    u"sechost.dll",  u"setupapi.dll",   u"shcore.dll",   u"shell32.dll",   u"shlwapi.dll",  u"ucrtbase.dll",
    u"user32.dll",   u"win32u.dll",     u"wldap32.dll",  u"ws2_32.dll",
};

constexpr char16_t lower(char16_t c) { return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c; }

bool begins_with(std::u16string_view name, std::u16string_view beginning) {
    if (name.size() < beginning.size()) return false;
    for (std::size_t i = 0; i < beginning.size(); ++i)
        if (lower(name[i]) != beginning[i]) return false;
    return true;
}

} // namespace

bool is_api_set(std::u16string_view name) { return begins_with(name, u"api-") || begins_with(name, u"ext-"); }

std::u16string_view api_set_host(std::u16string_view name) {
    const Rule* best = nullptr;
    for (const Rule& rule : rules)
        if (begins_with(name, rule.beginning) && (best == nullptr || rule.beginning.size() > best->beginning.size()))
            best = &rule;
    return best != nullptr ? best->host : std::u16string_view{};
}

std::u16string_view without_api_set(std::u16string_view name) {
    if (!is_api_set(name)) return name;
    const auto host = api_set_host(name);
    return host.empty() ? name : host;
}

bool is_known_dll(std::u16string_view name) {
    for (const auto known : known_dlls)
        if (name.size() == known.size() && begins_with(name, known)) return true;
    return false;
}

} // namespace oriel::rtl::ldr

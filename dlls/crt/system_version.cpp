// SPDX-License-Identifier: MIT
// system_version.cpp: the Windows version as variables, as programs of the 1990s read it.
//
// _osver is the build number, _winver is major * 256 + minor; _osplatform is 2 for NT.
#include <dlls/crt/startup.h>

#include <dlls/crt/win32.h>

CRT_EXPORT unsigned _osver = 0;
CRT_EXPORT unsigned _winver = 0;
CRT_EXPORT unsigned _winmajor = 0;
CRT_EXPORT unsigned _winminor = 0;
CRT_EXPORT unsigned _osplatform = VER_PLATFORM_WIN32_NT;

namespace oriel::crt {

void read_system_version() {
    OSVERSIONINFOW version{};
    version.dwOSVersionInfoSize = sizeof version;
    if (!GetVersionExW(&version))
        return;
    _winmajor = version.dwMajorVersion;
    _winminor = version.dwMinorVersion;
    _osver = version.dwBuildNumber & 0xFFFF;
    _winver = (_winmajor << 8) + _winminor;
    _osplatform = version.dwPlatformId;
}

template<class T> static int answer(T* where, T value) {
    if (!where)
        return invalid_parameter();
    *where = value;
    return 0;
}

} // namespace oriel::crt

using oriel::crt::answer;

CRT_EXPORT unsigned* __p__osver() { return &_osver; }
CRT_EXPORT unsigned* __p__winver() { return &_winver; }
CRT_EXPORT unsigned* __p__winmajor() { return &_winmajor; }
CRT_EXPORT unsigned* __p__winminor() { return &_winminor; }
CRT_EXPORT unsigned* __p__osplatform() { return &_osplatform; }
CRT_EXPORT int _get_osver(unsigned* value) { return answer(value, _osver); }
CRT_EXPORT int _get_winver(unsigned* value) { return answer(value, _winver); }
CRT_EXPORT int _get_winmajor(unsigned* value) { return answer(value, _winmajor); }
CRT_EXPORT int _get_winminor(unsigned* value) { return answer(value, _winminor); }
CRT_EXPORT int _get_osplatform(unsigned* value) { return answer(value, _osplatform); }

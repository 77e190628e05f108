// SPDX-License-Identifier: MIT
// integer_math.cpp: abs, div, rotations and rand.
//
// rand is the generator that Microsoft has always had: state = state * 214013 + 2531011, and the answer is
// 15 bits of it from bit 16. Each thread has its own state, which begins at 1, so sequences can be compared
// with Windows'. rand_s asks the system for real randomness. Source: "rand", "srand", "rand_s", "_rotl".
#include <dlls/crt/thread_data.h>
#include <dlls/crt/win32.h>

// <windows.h> brings the compiler's own, as macros.
#undef _rotl
#undef _rotr
#undef _lrotl
#undef _lrotr
#undef _rotl64
#undef _rotr64

using namespace oriel::crt;

struct IntQuotient { int quot, rem; };
struct LongQuotient { long quot, rem; };
struct LongLongQuotient { long long quot, rem; };

CRT_EXPORT int abs(int n) { return n < 0 ? int(0u - unsigned(n)) : n; }
CRT_EXPORT long labs(long n) { return n < 0 ? long(0ul - static_cast<unsigned long>(n)) : n; }
CRT_EXPORT long long _abs64(long long n) {
    return n < 0 ? static_cast<long long>(0ull - static_cast<unsigned long long>(n)) : n;
}
CRT_EXPORT IntQuotient div(int a, int b) { return {a / b, a % b}; }
CRT_EXPORT LongQuotient ldiv(long a, long b) { return {a / b, a % b}; }

CRT_EXPORT unsigned _rotl(unsigned v, int n) { return v << (n & 31) | v >> (-n & 31); }
CRT_EXPORT unsigned _rotr(unsigned v, int n) { return v >> (n & 31) | v << (-n & 31); }
CRT_EXPORT unsigned long _lrotl(unsigned long v, int n) { return v << (n & 31) | v >> (-n & 31); }
CRT_EXPORT unsigned long _lrotr(unsigned long v, int n) { return v >> (n & 31) | v << (-n & 31); }
CRT_EXPORT uint64_t _rotl64(uint64_t v, int n) { return v << (n & 63) | v >> (-n & 63); }
CRT_EXPORT uint64_t _rotr64(uint64_t v, int n) { return v >> (n & 63) | v << (-n & 63); }
CRT_EXPORT unsigned short _byteswap_ushort(unsigned short v) { return __builtin_bswap16(v); }
CRT_EXPORT unsigned long _byteswap_ulong(unsigned long v) { return __builtin_bswap32(v); }
CRT_EXPORT uint64_t _byteswap_uint64(uint64_t v) { return __builtin_bswap64(v); }

CRT_EXPORT void srand(unsigned seed) { this_thread().random_state = seed; }
CRT_EXPORT int rand() {
    unsigned& state = this_thread().random_state;
    state = state * 214013 + 2531011;
    return int(state >> 16 & 0x7FFF);
}

/// advapi32's SystemFunction036 (RtlGenRandom), fetched when it is first needed.
CRT_EXPORT int rand_s(unsigned* value) {
    using Generate = BOOLEAN(WINAPI*)(void* buffer, ULONG bytes);
    if (!value)
        return invalid_parameter();
    *value = 0;
    static Generate generate;
    if (!generate) {
        HMODULE library = LoadLibraryW(L"advapi32.dll");
        generate =
            library
                ? reinterpret_cast<Generate>(reinterpret_cast<void*>(GetProcAddress(library, "SystemFunction036")))
                : nullptr;
    }
    if (!generate || !generate(value, sizeof *value))
        return invalid_parameter(e_nomem);
    return 0;
}

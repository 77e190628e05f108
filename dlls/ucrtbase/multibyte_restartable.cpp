// SPDX-License-Identifier: MIT
// multibyte_restartable.cpp: mbrtowc and its like, which may be given a character in pieces.
//
// The bytes so far are kept in the caller's mbstate_t, or in the thread's where it passes none. A character beyond
// U+FFFF has no single wchar_t: EILSEQ. Source: "mbrtowc", "mbsrtowcs", "wcrtomb", "wcsrtombs", "btowc".
#include <dlls/crt/locale_data.h>
#include <dlls/crt/multibyte.h>
#include <dlls/crt/thread_data.h>

namespace oriel::crt {

namespace {

/// mbstate_t: ours to fill; all zero is the beginning.
struct ShiftState {
    unsigned char bytes[4];
    unsigned short count, unused;
};
static_assert(sizeof(ShiftState) == 8);

constexpr size_t invalid = size_t(-1), incomplete = size_t(-2);

ShiftState& state_or_own(ShiftState* state) {
    return state ? *state : *reinterpret_cast<ShiftState*>(this_thread().multibyte_state);
}

size_t take_character(wchar_t* out, const char* text, size_t available, ShiftState& state) {
    char bytes[multibyte_longest];
    size_t kept = smaller(size_t(state.count), sizeof state.bytes), count = kept;
    memcpy(bytes, state.bytes, kept);
    for (size_t used = 0; used < available;) {
        bytes[count++] = text[used++];
        wchar_t character;
        if (multibyte_to_wide(&character, bytes, count) > 0) {
            if (out)
                *out = character;
            state = {};
            return character ? used : 0;
        }
        if (count >= size_t(current_locale().longest_character) || count >= sizeof state.bytes) {
            state = {};
            set_errno(e_ilseq);
            return invalid;
        }
    }
    memcpy(state.bytes, bytes, count);
    state.count = static_cast<unsigned short>(count);
    return incomplete;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT size_t mbrtowc(wchar_t* out, const char* text, size_t available, ShiftState* state) {
    ShiftState& kept = state_or_own(state);
    return text ? take_character(out, text, available, kept) : take_character(nullptr, "", 1, kept);
}
UCRT_EXPORT size_t mbrlen(const char* text, size_t available, ShiftState* state) {
    return mbrtowc(nullptr, text, available, state);
}
UCRT_EXPORT size_t wcrtomb(char* out, wchar_t character, ShiftState*) {
    if (!out)
        return 1;
    int length = wide_to_multibyte(out, character);
    if (length >= 0)
        return size_t(length);
    set_errno(e_ilseq);
    return invalid;
}

UCRT_EXPORT size_t mbsrtowcs(wchar_t* out, const char** text, size_t room, ShiftState* state) {
    if (!text || !*text)
        return invalid_parameter(), invalid;
    ShiftState& kept = state_or_own(state);
    const char* from = *text;
    for (size_t count = 0;; ++count) {
        if (out && count == room) {
            *text = from;
            return count;
        }
        wchar_t character;
        size_t used = take_character(&character, from, size_t(multibyte_longest), kept);
        if (used == invalid || used == incomplete) {
            set_errno(e_ilseq);
            return invalid;
        }
        if (out)
            out[count] = character;
        if (!used) {
            if (out)
                *text = nullptr;
            return count;
        }
        from += used;
    }
}

UCRT_EXPORT size_t wcsrtombs(char* out, const wchar_t** text, size_t room, ShiftState*) {
    if (!text || !*text)
        return invalid_parameter(), invalid;
    size_t count = 0;
    for (const wchar_t* from = *text;; ++from) {
        char piece[multibyte_longest];
        int length = wide_to_multibyte(piece, *from);
        if (length < 0) {
            set_errno(e_ilseq);
            return invalid;
        }
        if (out && count + size_t(length) > room) {
            *text = from;
            return count;
        }
        if (out)
            memcpy(out + count, piece, size_t(length));
        if (!*from) {
            if (out)
                *text = nullptr;
            return count;
        }
        count += size_t(length);
    }
}

/// EOF if the character has no single byte.
UCRT_EXPORT int wctob(unsigned short character) {
    char piece[multibyte_longest];
    constexpr unsigned short none = 0xFFFF;
    if (character == none || wide_to_multibyte(piece, wchar_t(character)) != 1)
        return -1;
    return static_cast<unsigned char>(piece[0]);
}

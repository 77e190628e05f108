// SPDX-License-Identifier: MIT
// string_token.cpp: strtok and its kin.
//
// strtok remembers its place per thread; strtok_s takes the place from the caller.
// Source: "strtok, wcstok", "strtok_s, wcstok_s".
#include <dlls/crt/thread_data.h>

template<class Char> static bool is_in(Char c, const Char* set) {
    for (; *set; ++set)
        if (*set == c)
            return true;
    return false;
}

/// strtok over a position that the caller keeps. Null at the end of the text.
template<class Char> static Char* next_token(Char* text, const Char* separators, Char** position) {
    if (!text)
        text = *position;
    if (!text)
        return nullptr;
    while (*text && is_in(*text, separators))
        ++text;
    Char* token = text;
    while (*text && !is_in(*text, separators))
        ++text;
    *position = text;
    if (*text) {
        *text = 0;
        *position = text + 1;
    }
    return *token ? token : nullptr;
}

using namespace oriel::crt;

CRT_EXPORT char* strtok(char* text, const char* separators) {
    return next_token(text, separators, &this_thread().strtok_next);
}
CRT_EXPORT wchar_t* wcstok(wchar_t* text, const wchar_t* separators) {
    return next_token(text, separators, &this_thread().wcstok_next);
}
CRT_EXPORT char* strtok_s(char* text, const char* separators, char** position) {
    if (!separators || !position || (!text && !*position)) {
        invalid_parameter();
        return nullptr;
    }
    return next_token(text, separators, position);
}
CRT_EXPORT wchar_t* wcstok_s(wchar_t* text, const wchar_t* separators, wchar_t** position) {
    if (!separators || !position || (!text && !*position)) {
        invalid_parameter();
        return nullptr;
    }
    return next_token(text, separators, position);
}

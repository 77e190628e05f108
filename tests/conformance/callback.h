// SPDX-License-Identifier: MIT
// callback.h: a lambda as a callback of the Windows API.
//
// Callbacks are __stdcall, which on i386 is another type than an ordinary function; a lambda without captures only
// becomes an ordinary one. callback(lambda) becomes a __stdcall function of whatever signature it is given to:
//
//   CreateThread(nullptr, 0, callback([](void* argument) -> DWORD { ... }), &argument, 0, nullptr);
#pragma once

#include <windows.h>

template<class Result, class... Arguments>
using StdcallFunction = Result(WINAPI*)(Arguments...);

template<class Lambda>
class Callback {
public:
    template<class Result, class... Arguments>
    operator StdcallFunction<Result, Arguments...>() const { // implicit: it stands where a function is wanted
        return &call<Result, Arguments...>;
    }

private:
    template<class Result, class... Arguments>
    static Result WINAPI call(Arguments... arguments) {
        return Lambda{}(arguments...);
    }
};

/// `Lambda` has no captures: it is made anew for each call.
template<class Lambda>
Callback<Lambda> callback(Lambda) {
    return {};
}

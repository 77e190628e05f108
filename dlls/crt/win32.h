// SPDX-License-Identifier: MIT
// win32.h: kernel32's declarations, without the C library headers that <windows.h> brings along.
//
// <windows.h> of mingw-w64 includes <string.h>, <ctype.h> and helpers made of them. Those declare our own
// functions as imports, so their include guards are taken first.
#pragma once

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#define NOGDI
#define _INC_CTYPE
#define _INC_STRING
#define _INC_STRING_S
#define __STRALIGN_H_
#include <windows.h>

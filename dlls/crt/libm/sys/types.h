// SPDX-License-Identifier: MIT
// types.h: newlib's names for 32-bit integers.
#pragma once

#include <stdint.h>

typedef int32_t __int32_t;
typedef uint32_t __uint32_t;

// SPDX-License-Identifier: MIT
// ieeefp.h: the properties of floating point that newlib asks for: little-endian IEEE, Arm's newer routines.
#pragma once

#define __IEEE_LITTLE_ENDIAN
#define __OBSOLETE_MATH 0

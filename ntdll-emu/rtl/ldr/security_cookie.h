// SPDX-License-Identifier: MIT
// security_cookie.h: the stack cookie of images compiled with /GS.
//
// The image carries a known default; the loader replaces it, so that each run has its own.
// Source: "/GS (Buffer Security Check)", Microsoft documentation; load config, "SecurityCookie".
#pragma once

#include <ntdll-emu/rtl/ldr/image_view.h>

namespace oriel::rtl::ldr {

/// Does nothing if the image has no cookie, or one that somebody has set.
void make_security_cookie(ImageView image);

} // namespace oriel::rtl::ldr

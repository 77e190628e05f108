// SPDX-License-Identifier: MIT
// run_once.h: one-time initialisation.
//
// The word's low two bits are the state, the rest is the caller's context (whose low two bits must be zero:
// RTL_RUN_ONCE_CTX_RESERVED_BITS). Synchronous: one thread runs, the others wait for it. Asynchronous: many
// may run, the first to complete wins. ("One-Time Initialization", Microsoft documentation.)
#pragma once

#include <nt/rtl_sync.h>
#include <ntdll-emu/rtl/platform.h>

namespace oriel::rtl {

using RunOnce = nt::RTL_RUN_ONCE<nt::Native>;

/// Statuses: Success (done; `context` is set), Pending (the caller must initialise, then complete),
/// Unsuccessful (check only, not done), InvalidParameter (flags), InvalidOwner (mixed modes).
Status begin(RunOnce& once, std::uint32_t flags, void** context);
/// Statuses: Success, InvalidParameter, InvalidOwner (not begun that way), ObjectNameCollision (asynchronous,
/// another was first).
Status complete(RunOnce& once, std::uint32_t flags, void* context);

} // namespace oriel::rtl

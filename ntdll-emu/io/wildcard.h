// SPDX-License-Identifier: MIT
// wildcard.h: search patterns, as FsRtlIsNameInExpression reads them.
//
//   *      any units, or none            ?   exactly one unit
// and, for the old DOS meanings, which kernel32 puts in for "*.", "?" and "." before it asks NT:
//   <      any units, or none, but not the name's last period (DOS_STAR)
//   >      one unit, but nothing at a period or at the end (DOS_QM)
//   "      a period, or nothing at the end (DOS_DOT)
// Source: "FsRtlIsNameInExpression function", Microsoft documentation, "Remarks".
#pragma once

#include <string_view>

namespace oriel::io {

bool has_wildcards(std::u16string_view expression);

/// Case does not count. An empty expression matches nothing but the empty name.
bool matches(std::u16string_view expression, std::u16string_view name);

} // namespace oriel::io

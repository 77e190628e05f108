// SPDX-License-Identifier: MIT
// html.h: a snapshot as one page with maps to look at: no network, nothing beside it.
//
// The page (page/page.html, page.css, page.js) lies in the program as it is in the source tree. The snapshot is put
// into it as JSON, and its blocks as base64 of their packed form, which the page's script unpacks into typed arrays.
#pragma once

#include <loader/observe/snapshot.h>

#include <iosfwd>

namespace oriel::observe {

enum class View { Heaps, Memory };

/// `first`: which of its two views the page shows when it is opened.
void write_html(std::ostream& out, const Snapshot& snapshot, View first);

} // namespace oriel::observe

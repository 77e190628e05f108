// SPDX-License-Identifier: MIT
// The page is one file with everything in it, and what is embedded is the snapshot.
#include "snapshots.h"

#include <loader/observe/html.h>
#include <loader/observe/json_model.h>

#include <gtest/gtest.h>

#include <sstream>

using namespace oriel::observe;

namespace {

std::string page_of(const Snapshot& snapshot) {
    std::ostringstream out;
    write_html(out, snapshot, View::Heaps);
    return out.str();
}

/// The content of <script ... id="ID">.
std::string script(const std::string& page, const std::string& id) {
    const std::size_t open = page.find('>', page.find("id=\"" + id + "\"")) + 1;
    return page.substr(open, page.find("</script>", open) - open);
}

std::string from_base64(const std::string& text) {
    static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
        if ((held += 6) >= 8) bytes += static_cast<char>(bits >> (held -= 8) & 0xFF);
    }
    return bytes;
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
}

} // namespace

TEST(Page, The_embedded_snapshot_comes_out_again) {
    const Snapshot snapshot = small_snapshot();
    const std::string page = page_of(snapshot);
    const Snapshot again = unpack_snapshot(Json::parse(script(page, "snapshot")), from_base64(script(page, "blocks")));
    EXPECT_EQ(again.regions, snapshot.regions);
    ASSERT_EQ(again.heaps.size(), 1u);
    EXPECT_EQ(again.heaps[0].segments, snapshot.heaps[0].segments);
}

TEST(Page, It_needs_nothing_beside_it) {
    const std::string page = page_of(small_snapshot());
    for (const char* word : {"http:", "https:", "src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest", "{{", "import("})
        EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST(Page, Names_cannot_end_the_script_or_the_title) {
    Snapshot snapshot = small_snapshot();
    snapshot.program = "</title></script><script>alert(1)</script>&.exe";
    snapshot.regions[3].file = "</script><!--";
    const std::string page = page_of(snapshot);
    EXPECT_EQ(count(page, "</script>"), 3u);
    EXPECT_EQ(count(page, "</title>"), 1u);
    EXPECT_EQ(Json::parse(script(page, "snapshot")).at("program"), snapshot.program);
}

TEST(Page, Elements_are_closed) {
    const std::string page = page_of(small_snapshot());
    const std::string body = page.substr(page.find("<body>"), page.find("<script") - page.find("<body>"));
    for (const char* name : {"header", "nav", "main", "aside", "section", "div", "button", "label", "span", "h1", "p", "canvas"})
        EXPECT_EQ(count(body, std::string("<") + name + ">") + count(body, std::string("<") + name + " "), count(body, std::string("</") + name + ">")) << name;
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_NE(page.find("</html>"), std::string::npos);
}

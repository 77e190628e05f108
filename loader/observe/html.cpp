// SPDX-License-Identifier: MIT
// html.cpp: the page's parts put together.
#include "html.h"

#include "json_model.h"

#include <ostream>
#include <string_view>

// page.S: the files of page/.
extern "C" {
extern const char oriel_page_html[], oriel_page_html_end[];
extern const char oriel_page_css[], oriel_page_css_end[];
extern const char oriel_page_js[], oriel_page_js_end[];
}

namespace oriel::observe {
namespace {

std::string_view page_html() { return {oriel_page_html, static_cast<std::size_t>(oriel_page_html_end - oriel_page_html)}; }
std::string_view page_css() { return {oriel_page_css, static_cast<std::size_t>(oriel_page_css_end - oriel_page_css)}; }
std::string_view page_js() { return {oriel_page_js, static_cast<std::size_t>(oriel_page_js_end - oriel_page_js)}; }

/// Inside a script element only "</script" and "<!--" mean something: without "<" there is neither.
std::string script_safe(std::string json) {
    for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos;) json.replace(at, 1, "\\u003c");
    return json;
}

std::string text_safe(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (c == '<') safe += "&lt;";
        else if (c == '&') safe += "&amp;";
        else safe += c;
    }
    return safe;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t there = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < there ? static_cast<std::uint8_t>(bytes[at + i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i) text += i <= there ? digits[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

/// Writes the page and calls fill(name) for each {{name}} in it.
template<class Fill>
void write_filled(std::ostream& out, std::string_view page, Fill&& fill) {
    for (;;) {
        const std::size_t open = page.find("{{");
        out << page.substr(0, open);
        if (open == std::string_view::npos) return;
        const std::size_t close = page.find("}}", open);
        fill(page.substr(open + 2, close - open - 2));
        page.remove_prefix(close + 2);
    }
}

} // namespace

void write_html(std::ostream& out, const Snapshot& snapshot, View first) {
    std::string packed;
    Json json = pack_snapshot(snapshot, packed);
    json["view"] = first == View::Heaps ? "heaps" : "memory";
    write_filled(out, page_html(), [&](std::string_view name) {
        if (name == "title") out << text_safe(snapshot.program);
        else if (name == "css") out << page_css();
        else if (name == "js") out << page_js();
        else if (name == "snapshot") out << script_safe(json.dump(-1, ' ', false, Json::error_handler_t::replace));
        else if (name == "blocks") out << base64(packed);
    });
}

} // namespace oriel::observe

// SPDX-License-Identifier: MIT
#include "names.h"

#include "exports.h"

#include <loader/pe/coff_symbols.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace oriel::start {
namespace {

constexpr std::size_t head_bytes = 0x1000;
constexpr std::uint32_t most_name_bytes = 64u << 20;

/// `bytes` of the file, or fewer at its end.
std::vector<std::byte> read_file(mm::FileBacking& file, std::uint64_t offset, std::uint64_t bytes) {
    const auto size = file.size();
    if (!size.ok() || offset >= size.value()) return {};
    std::vector<std::byte> content(std::min<std::uint64_t>(bytes, size.value() - offset));
    const auto read = file.read(offset, content);
    content.resize(read.ok() ? read.value() : 0);
    return content;
}

/// What the compiler for 32-bit Windows adds to a C name: "_name", "_name@12", "@name@12".
std::string_view undecorated(std::string_view name, bool is_64) {
    if (is_64 || name.size() < 2) return name;
    const bool fastcall = name.front() == '@';
    if (fastcall || name.front() == '_') name.remove_prefix(1);
    const std::size_t at = name.rfind('@');
    const bool has_bytes = at != name.npos && at + 1 < name.size() && name.find_first_not_of("0123456789", at + 1) == name.npos;
    return has_bytes ? name.substr(0, at) : name;
}

std::string printable_name(std::string_view of_file) {
    constexpr std::size_t longest = 1024;
    std::string name(of_file.substr(0, longest));
    for (char& c : name)
        if (c < 0x20 || c == 0x7F) c = '?';
    return name;
}

/// A name, and which of several at one place is taken: an export, a function, a name for other objects.
struct Candidate {
    Name name;
    int rank = 0;
};

void add_symbol_table(mm::FileBacking& file, std::vector<Candidate>& to) {
    const auto size = file.size();
    const std::vector<std::byte> head = read_file(file, 0, head_bytes);
    if (!size.ok()) return;
    const auto headers = pe::Headers::parse(head, size.value());
    if (!headers) return;
    const auto place = pe::symbol_table_of(head, *headers);
    if (!place) return;
    std::uint32_t name_bytes = 0;
    const std::vector<std::byte> length = read_file(file, place->offset + place->entry_bytes, sizeof name_bytes);
    if (const auto found = pe::load<std::uint32_t>(length, 0)) name_bytes = std::min(*found, most_name_bytes);
    const std::vector<std::byte> table = read_file(file, place->offset, place->entry_bytes + name_bytes);
    for (const pe::CodeSymbol& symbol : pe::code_symbols(*headers, *place, table)) {
        const int rank = (symbol.is_function ? 0 : 2) + (symbol.is_external ? 1 : 2);
        to.push_back({{symbol.rva, printable_name(undecorated(symbol.name, headers->is_64)), false}, rank});
    }
}

Names read_names(const Module& module) {
    std::vector<Candidate> found;
    for (const ExportName& each : exports_at(module.base)) found.push_back({{each.rva, each.name, true}, 0});
    if (module.section && module.section->backing()) add_symbol_table(*module.section->backing(), found);
    std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return a.name.rva != b.name.rva ? a.name.rva < b.name.rva : a.rank < b.rank;
    });
    Names names;
    for (Candidate& each : found)
        if (names.empty() || names.back().rva != each.name.rva) names.push_back(std::move(each.name));
    return names;
}

} // namespace

/// By base and name: another image may be loaded at the same place later.
const Names& names_of(const Module& module) {
    static std::mutex lock;
    static std::map<std::pair<std::uint64_t, std::string>, Names> known;
    const std::lock_guard hold(lock);
    const auto [at, is_new] = known.try_emplace({module.base.value(), module.name});
    if (is_new) at->second = read_names(module);
    return at->second;
}

} // namespace oriel::start

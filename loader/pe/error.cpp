// SPDX-License-Identifier: MIT
#include <loader/pe/error.h>

#include <array>
#include <cstdio>

namespace oriel::pe {

namespace {

struct RuleText {
    nt::Status status;
    const char* sentence;
};

constexpr std::array rule_texts = {
#define PE_RULE(enumerator, status, sentence) RuleText{nt::Status::status, sentence},
#include <loader/pe/rules.inc>
#undef PE_RULE
};

} // namespace

const char* Error::sentence() const { return rule_texts[static_cast<std::size_t>(rule)].sentence; }

nt::Status Error::status() const { return rule_texts[static_cast<std::size_t>(rule)].status; }

std::string Error::describe() const {
    char place[48];
    std::snprintf(place, sizeof place, " (at %s 0x%llx)", unit == Unit::Rva ? "RVA" : "file offset",
                  static_cast<unsigned long long>(where));
    return std::string(sentence()) + place;
}

} // namespace oriel::pe

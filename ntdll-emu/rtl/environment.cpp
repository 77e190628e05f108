// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/environment.h>

#include <algorithm>

namespace oriel::rtl {

void EnvironmentView::Iterator::read(const char16_t* at) {
    const Text whole(at);
    const std::size_t equals = whole.size() > 1 ? whole.find(u'=', 1) : Text::npos;
    m_variable.begin = at;
    m_variable.end = at + whole.size() + 1;
    m_variable.name = whole.substr(0, equals);
    m_variable.value = equals == Text::npos ? Text() : whole.substr(equals + 1);
}

bool EnvironmentView::find(Text name, Variable& found) const {
    for (const Variable& variable : *this) {
        if (!equal(variable.name, name, Case::Insensitive)) continue;
        found = variable;
        return true;
    }
    return false;
}

std::size_t EnvironmentView::size() const {
    const char16_t* at = m_block != nullptr ? m_block : u"";
    const char16_t* const start = at;
    for (const Variable& variable : *this) at = variable.end;
    return static_cast<std::size_t>(at - start) + 1;
}

EnvironmentChange plan_change(const char16_t* block, Text name, const Text* value) {
    const EnvironmentView view(block);
    EnvironmentChange plan{view.size(), 0, 0, false};
    Variable found;
    if (view.find(name, found)) {
        plan.found = true;
        plan.keep_front = static_cast<std::size_t>(found.begin - block);
        plan.skip = static_cast<std::size_t>(found.end - found.begin);
    } else {
        // Sorted: before the first name that is greater.
        plan.keep_front = plan.new_size - 1;
        for (const Variable& variable : view) {
            if (compare(variable.name, name, Case::Insensitive) <= 0) continue;
            plan.keep_front = static_cast<std::size_t>(variable.begin - block);
            break;
        }
    }
    plan.new_size -= plan.skip;
    if (value != nullptr) plan.new_size += name.size() + 1 + value->size() + 1;
    return plan;
}

void apply_change(const char16_t* block, const EnvironmentChange& plan, Text name, const Text* value, char16_t* to) {
    const std::size_t old_size = EnvironmentView(block).size();
    const char16_t* const old = block != nullptr ? block : u"";
    to = std::copy_n(old, plan.keep_front, to);
    if (value != nullptr) {
        to = std::copy(name.begin(), name.end(), to);
        *to++ = u'=';
        to = std::copy(value->begin(), value->end(), to);
        *to++ = 0;
    }
    std::copy(old + plan.keep_front + plan.skip, old + old_size, to);
}

Expanded expand(const char16_t* block, Text source, char16_t* to, std::size_t room) {
    Expanded result{0, to != nullptr};
    const auto put = [&](Text text) {
        if (to != nullptr && result.complete && result.needed + text.size() < room) {
            std::copy(text.begin(), text.end(), to + result.needed);
        } else if (!text.empty()) {
            result.complete = false;
        }
        result.needed += text.size();
    };
    const EnvironmentView view(block);
    while (!source.empty()) {
        const std::size_t percent = source.find(u'%');
        put(source.substr(0, percent));
        if (percent == Text::npos) break;
        source.remove_prefix(percent);
        const std::size_t second = source.find(u'%', 1);
        Variable variable;
        if (second != Text::npos && view.find(source.substr(1, second - 1), variable)) {
            put(variable.value);
            source.remove_prefix(second + 1);
            continue;
        }
        // No such variable: the name stays, and its second '%' may begin another.
        const std::size_t keep = second == Text::npos ? source.size() : second;
        put(source.substr(0, keep));
        source.remove_prefix(keep);
    }
    if (result.complete && result.needed < room) to[result.needed] = 0;
    else if (room != 0 || to == nullptr) result.complete = false;
    ++result.needed;
    return result;
}

} // namespace oriel::rtl

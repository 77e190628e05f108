// SPDX-License-Identifier: MIT
// wildcard.cpp: the expression as a small automaton. A state is a place in the expression; the name is
// read once, and all places that the name so far can lead to are kept. So no pattern, however many stars
// it has, costs more than the product of the two lengths.
#include <ntdll-emu/io/wildcard.h>

#include <ntdll-emu/io/fold.h>

#include <vector>

namespace oriel::io {

namespace {

constexpr char16_t dos_star = u'<';
constexpr char16_t dos_question = u'>';
constexpr char16_t dos_dot = u'"';

/// Places of the expression; one more than it has units: the last is "all matched".
class Places {
public:
    explicit Places(std::size_t units) : m_reached(units + 1, false) {}
    void add(std::size_t place) { m_reached[place] = true; }
    [[nodiscard]] bool has(std::size_t place) const { return m_reached[place]; }

private:
    std::vector<bool> m_reached;
};

/// What the automaton knows about the point in the name at which it stands.
struct Point {
    bool at_end;
    char16_t unit; ///< raised; meaningless at the end
    bool at_last_period;
};

Point point_in(std::u16string_view name, std::size_t at) {
    if (at == name.size()) return {true, 0, false};
    const bool period = name[at] == u'.';
    return {false, upcase(name[at]), period && name.find(u'.', at + 1) == std::u16string_view::npos};
}

/// Whether the expression's unit can be passed without reading anything.
bool matches_nothing(char16_t pattern, const Point& point) {
    switch (pattern) {
    case u'*':
    case dos_star: return true;
    case dos_question: return point.at_end || point.unit == u'.';
    case dos_dot: return point.at_end;
    default: return false;
    }
}

} // namespace

bool has_wildcards(std::u16string_view expression) {
    return expression.find_first_of(u"*?<>\"") != std::u16string_view::npos;
}

bool matches(std::u16string_view expression, std::u16string_view name) {
    if (expression == u"*") return true;
    if (!has_wildcards(expression)) return equal_without_case(expression, name);

    Places places(expression.size());
    places.add(0);
    for (std::size_t at = 0;; ++at) {
        const Point point = point_in(name, at);
        Places next(expression.size());
        for (std::size_t place = 0; place < expression.size(); ++place) {
            if (!places.has(place)) continue;
            const char16_t pattern = expression[place];
            if (matches_nothing(pattern, point)) places.add(place + 1);
            if (point.at_end) continue;
            switch (pattern) {
            case u'*': next.add(place); break;
            case dos_star:
                if (!point.at_last_period) next.add(place);
                break;
            case u'?': next.add(place + 1); break;
            case dos_question:
                if (point.unit != u'.') next.add(place + 1);
                break;
            case dos_dot:
                if (point.unit == u'.') next.add(place + 1);
                break;
            default:
                if (upcase(pattern) == point.unit) next.add(place + 1);
            }
        }
        if (point.at_end) return places.has(expression.size());
        places = std::move(next);
    }
}

} // namespace oriel::io

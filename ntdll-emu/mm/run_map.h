// SPDX-License-Identifier: MIT
// run_map.h: a value for every page of a range, kept as runs of equal values.
//
// A vector of (first page, value), ascending; each run ends where the next begins. A reservation that is
// all reserved is one entry, however large it is.
//
// Changing cannot fail once reserve_for_change() has succeeded: that is how a caller does "first all that
// can fail, then the change" (STYLE 5).
//
// Always: the first run begins at 0, runs are not empty, and neighbours differ.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace oriel::mm {

template<class T>
class RunMap {
public:
    struct Run {
        std::uint64_t first;
        std::uint64_t count;
        T value;
        [[nodiscard]] std::uint64_t end() const { return first + count; }
        bool operator==(const Run&) const = default;
    };

    RunMap() = default;
    RunMap(std::uint64_t pages, T value) : m_pages(pages) { m_starts.push_back({0, std::move(value)}); }

    [[nodiscard]] std::uint64_t pages() const { return m_pages; }
    [[nodiscard]] std::size_t run_count() const { return m_starts.size(); }
    [[nodiscard]] const T& at(std::uint64_t page) const { return m_starts[index_of(page)].value; }

    /// The run that `page` lies in, whole.
    [[nodiscard]] Run run_at(std::uint64_t page) const { return run(index_of(page)); }

    /// Calls visit(Run) for each run inside [first, first + count), clipped to it.
    template<class Visit>
    void for_each(std::uint64_t first, std::uint64_t count, Visit&& visit) const {
        const std::uint64_t end = first + count;
        for (std::size_t i = count == 0 ? m_starts.size() : index_of(first); i < m_starts.size(); ++i) {
            Run clipped = run(i);
            if (clipped.first >= end) break;
            const std::uint64_t from = std::max(clipped.first, first);
            clipped.count = std::min(clipped.end(), end) - from;
            clipped.first = from;
            visit(std::as_const(clipped));
        }
    }
    template<class Visit>
    void for_each(Visit&& visit) const {
        for_each(0, m_pages, std::forward<Visit>(visit));
    }

    template<class Predicate>
    [[nodiscard]] bool all_of(std::uint64_t first, std::uint64_t count, Predicate&& predicate) const {
        return count_if(first, count, predicate) == count;
    }
    template<class Predicate>
    [[nodiscard]] std::uint64_t count_if(std::uint64_t first, std::uint64_t count, Predicate&& predicate) const {
        std::uint64_t pages = 0;
        for_each(first, count, [&](const Run& run) { pages += predicate(run.value) ? run.count : 0; });
        return pages;
    }

    /// Makes room for one change(), set() or cut. May throw std::bad_alloc; changes nothing that can be seen.
    void reserve_for_change() { m_starts.reserve(m_starts.size() + 2); }

    /// Replaces each value inside [first, first + count) by transform(value). After reserve_for_change().
    template<class Transform>
    void change(std::uint64_t first, std::uint64_t count, Transform&& transform) {
        if (count == 0) return;
        split(first);
        split(first + count);
        const std::size_t begin = index_of(first);
        std::size_t end = begin;
        while (end < m_starts.size() && m_starts[end].first < first + count) {
            m_starts[end].value = transform(std::as_const(m_starts[end].value));
            ++end;
        }
        merge(begin == 0 ? 0 : begin - 1, std::min(end, m_starts.size() - 1));
    }
    void set(std::uint64_t first, std::uint64_t count, const T& value) {
        change(first, count, [&](const T&) { return value; });
    }

    /// A copy of the pages [first, first + count), numbered from 0.
    [[nodiscard]] RunMap slice(std::uint64_t first, std::uint64_t count) const {
        RunMap part;
        part.m_pages = count;
        for_each(first, count, [&](const Run& run) { part.m_starts.push_back({run.first - first, run.value}); });
        return part;
    }

    /// Null, or the sentence that is not true.
    [[nodiscard]] const char* fault() const {
        if (m_pages == 0) return m_starts.empty() ? nullptr : "a run map without pages has runs";
        if (m_starts.empty() || m_starts.front().first != 0) return "the first run does not begin at page 0";
        for (std::size_t i = 1; i < m_starts.size(); ++i) {
            if (m_starts[i].first <= m_starts[i - 1].first) return "runs are not in ascending order";
            if (m_starts[i].value == m_starts[i - 1].value) return "neighbouring runs are equal";
        }
        return m_starts.back().first < m_pages ? nullptr : "a run begins behind the last page";
    }

private:
    struct Start {
        std::uint64_t first;
        T value;
    };

    [[nodiscard]] std::size_t index_of(std::uint64_t page) const {
        const auto after =
            std::upper_bound(m_starts.begin(), m_starts.end(), page,
                             [](std::uint64_t wanted, const Start& start) { return wanted < start.first; });
        return static_cast<std::size_t>(after - m_starts.begin()) - 1;
    }
    [[nodiscard]] Run run(std::size_t index) const {
        const std::uint64_t end = index + 1 < m_starts.size() ? m_starts[index + 1].first : m_pages;
        return {m_starts[index].first, end - m_starts[index].first, m_starts[index].value};
    }
    void split(std::uint64_t page) {
        if (page >= m_pages) return;
        const std::size_t index = index_of(page);
        if (m_starts[index].first == page) return;
        m_starts.insert(m_starts.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                        Start{page, m_starts[index].value});
    }
    /// Joins equal neighbours among the runs [first, last].
    void merge(std::size_t first, std::size_t last) {
        const auto begin = m_starts.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = m_starts.begin() + static_cast<std::ptrdiff_t>(last) + 1;
        const auto kept = std::unique(begin, end, [](const Start& a, const Start& b) { return a.value == b.value; });
        m_starts.erase(kept, end);
    }

    std::uint64_t m_pages = 0;
    std::vector<Start> m_starts;
};

} // namespace oriel::mm

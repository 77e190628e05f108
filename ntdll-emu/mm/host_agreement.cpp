// SPDX-License-Identifier: MIT
// host_agreement.cpp: whether the host has what a VAD demands. For debug builds and tests: it asks the host.
#include <ntdll-emu/mm/host_step.h>

#include <cstdio>

namespace oriel::mm {

namespace {

/// A stretch of pages that the host must have in one way.
struct Demand {
    PageRange range;
    HostPage page; ///< of its first page
};

bool is_met(const Demand& demand, const hal::MappedRun& run) {
    if (demand.page.access != run.access || demand.page.sharing != run.sharing) return false;
    if (demand.page.place.has_value() != run.from_file) return false;
    if (!run.from_file) return true;
    const Address first = std::max(demand.range.base(), run.range.base());
    return demand.page.place->offset + (first - demand.range.base()) == run.file_offset + (first - run.range.base());
}

std::string sentence(const Demand& demand, const hal::MappedRun& run) {
    char text[200];
    std::snprintf(text, sizeof text, "at %#llx the host has access %d, sharing %d, file %d; mm wants %d, %d, %d",
                  static_cast<unsigned long long>(std::max(demand.range.base(), run.range.base()).value()),
                  int(run.access), int(run.sharing), int(run.from_file), int(demand.page.access),
                  int(demand.page.sharing), int(demand.page.place.has_value()));
    return text;
}

std::vector<Demand> demands_of(const Vad& vad, PageRange range, DataExecution execution) {
    std::vector<Demand> demands;
    vad.pages.for_each(vad.page_of(range.base()), range.pages(), [&](const PageRun& run) {
        for_each_stretch(vad, run.first, run.count, [&](std::uint64_t first, std::uint64_t count) {
            demands.push_back({PageRange(vad.address_of(first), count * page_size),
                               host_page_for(vad, first, run.value, execution)});
        });
    });
    return demands;
}

/// Goes through what the host has, in step with what is demanded of it; demands come in ascending order.
class Comparison {
public:
    explicit Comparison(const std::vector<hal::MappedRun>& runs) : m_run(runs.begin()), m_end(runs.end()) {}

    std::optional<std::string> check(const Demand& demand) {
        while (m_run != m_end && m_run->range.end() <= demand.range.base()) ++m_run;
        for (auto run = m_run; run != m_end && run->range.base() < demand.range.end(); ++run)
            if (!is_met(demand, *run)) return sentence(demand, *run);
        return std::nullopt;
    }

private:
    std::vector<hal::MappedRun>::const_iterator m_run;
    std::vector<hal::MappedRun>::const_iterator m_end;
};

/// What nothing takes is untouched arena.
std::optional<std::string> check_free(Comparison& comparison, Address from, Address to) {
    if (from >= to) return std::nullopt;
    return comparison.check({PageRange(from, to - from), HostPage()});
}

} // namespace

std::optional<std::string> HostPages::disagreement(const VadTree& vads, PageRange range) {
    const auto answer = m_host.query(range);
    if (!answer) return std::nullopt; // a host without /proc cannot be asked
    Comparison comparison(answer.value());
    Address next = range.base();
    for (const auto& [base, vad] : vads) {
        if (!vad.range.overlaps(range)) continue;
        if (auto wrong = check_free(comparison, next, base)) return wrong;
        next = std::min(vad.range.end(), range.end());
        if (vad.kind == VadKind::Inaccessible) continue;
        const Address first = std::max(base, range.base());
        for (const Demand& demand : demands_of(vad, PageRange(first, next - first), m_execution))
            if (auto wrong = comparison.check(demand)) return wrong;
    }
    return check_free(comparison, next, range.end());
}

} // namespace oriel::mm

// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/host_step.h>

namespace oriel::mm {

namespace {

bool continues(const HostStep& first, const HostStep& next) {
    if (first.kind != next.kind || first.range.end() != next.range.base() || first.page.access != next.page.access)
        return false;
    if (first.kind != HostStep::Kind::Map) return true;
    if (first.page.sharing != next.page.sharing || first.page.place.has_value() != next.page.place.has_value())
        return false;
    if (!first.page.place) return true;
    return first.page.place->descriptor == next.page.place->descriptor &&
           first.page.place->offset + first.range.bytes() == next.page.place->offset;
}

PageRange range_of(const Vad& vad, std::uint64_t first, std::uint64_t count) {
    return PageRange(vad.address_of(first), count * page_size);
}

void add_change(HostSteps& steps, const Vad& vad, const PageChange& change, DataExecution execution) {
    for_each_stretch(vad, change.first, change.count, [&](std::uint64_t first, std::uint64_t count) {
        const HostPage old_page = host_page_for(vad, first, change.before, execution);
        const HostPage new_page = host_page_for(vad, first, change.after, execution);
        const PageRange range = range_of(vad, first, count);
        const bool moved = new_page.place != old_page.place || new_page.sharing != old_page.sharing;
        if (new_page.place && moved)
            steps.add({HostStep::Kind::Map, range, new_page});
        else if (old_page.place && !new_page.place) // a window's page without a frame is inaccessible
            steps.add({HostStep::Kind::Unmap, range, new_page});
        else if (new_page.access != old_page.access)
            steps.add({HostStep::Kind::Protect, range, new_page});
    });
}

hal::HostResult<> run_one(hal::HostMemory& host, const HostStep& step) {
    switch (step.kind) {
    case HostStep::Kind::Protect:
        return host.protect(step.range, step.page.access);
    case HostStep::Kind::Map:
        return host.map_file(step.range, *step.page.place, step.page.sharing, step.page.access);
    case HostStep::Kind::Unmap:
        return host.unmap(step.range);
    }
    return {};
}

} // namespace

void HostSteps::add(HostStep step) {
    if (!m_steps.empty() && continues(m_steps.back(), step)) {
        HostStep& last = m_steps.back();
        last.range = PageRange(last.range.base(), last.range.bytes() + step.range.bytes());
        return;
    }
    m_steps.push_back(step);
}

hal::HostResult<> HostSteps::run(hal::HostMemory& host) const {
    for (const HostStep& step : m_steps) {
        if (const auto done = run_one(host, step); !done) return done;
    }
    return {};
}

HostSteps steps_between(const Vad& vad, std::span<const PageChange> changes, DataExecution execution) {
    HostSteps steps;
    for (const PageChange& change : changes) add_change(steps, vad, change, execution);
    return steps;
}

HostSteps steps_back(const Vad& vad, std::span<const PageChange> changes, DataExecution execution) {
    HostSteps steps;
    for (const PageChange& change : changes)
        add_change(steps, vad, {change.first, change.count, change.after, change.before}, execution);
    return steps;
}

HostSteps steps_to_establish(const Vad& vad, DataExecution execution) {
    HostSteps steps;
    vad.pages.for_each([&](const PageRun& run) {
        for_each_stretch(vad, run.first, run.count, [&](std::uint64_t first, std::uint64_t count) {
            const HostPage page = host_page_for(vad, first, run.value, execution);
            const PageRange range = range_of(vad, first, count);
            if (page.place)
                steps.add({HostStep::Kind::Map, range, page});
            else if (page.access != hal::PageAccess::None)
                steps.add({HostStep::Kind::Protect, range, page});
        });
    });
    return steps;
}

} // namespace oriel::mm

// SPDX-License-Identifier: MIT
// host_step.h: a list of host calls to be made, neighbours joined.
//
// Every mapping of its own costs the host (vm.max_map_count), and every call costs a fault's worth of time; so
// steps that continue each other become one.
#pragma once

#include <ntdll-emu/mm/host_pages.h>

#include <algorithm>

namespace oriel::mm {

struct HostStep {
    enum class Kind : std::uint8_t { Protect, Map, Unmap };

    Kind kind = Kind::Protect;
    PageRange range;
    HostPage page; ///< of the first page of the range
};

class HostSteps {
public:
    void add(HostStep step);
    /// Stops at the first failure.
    hal::HostResult<> run(hal::HostMemory& host) const;
    [[nodiscard]] const std::vector<HostStep>& steps() const { return m_steps; }

private:
    std::vector<HostStep> m_steps;
};

/// Calls use(first page, count) for each stretch of [first, first + count) that comes from one place.
template<class Use>
void for_each_stretch(const Vad& vad, std::uint64_t first, std::uint64_t count, Use&& use) {
    if (!vad.view.layout) return use(first, count);
    const auto& pieces = vad.view.layout->pieces;
    const std::uint64_t end = first + count;
    auto piece = std::partition_point(pieces.begin(), pieces.end(),
                                      [&](const ViewPiece& one) { return one.end_page() <= first; });
    for (; piece != pieces.end() && piece->first_page < end; ++piece) {
        const std::uint64_t from = std::max(first, piece->first_page);
        use(from, std::min(end, piece->end_page()) - from);
    }
}

/// The steps from each change's `before` to its `after`.
HostSteps steps_between(const Vad& vad, std::span<const PageChange> changes, DataExecution execution);
/// The same changes, undone.
HostSteps steps_back(const Vad& vad, std::span<const PageChange> changes, DataExecution execution);
/// The steps that make a new VAD's mappings.
HostSteps steps_to_establish(const Vad& vad, DataExecution execution);

} // namespace oriel::mm

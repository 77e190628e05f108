// SPDX-License-Identifier: MIT
// leak_report.h: the blocks alive at the end, by the place that allocated them, the most bytes first.
#pragma once

#include "fault_options.h"
#include "symbols/places.h"

#include <nt/fault_event.h>

namespace oriel::start {

class LeakReport {
public:
    void add(ps::Process& process, const nt::LeakGroupRecord& group);
    /// To stderr, and to the JSON file if one is asked for.
    void write(ps::Process& process, const FaultOptions& options);
    [[nodiscard]] bool was_written() const { return m_written; }

private:
    enum class Owner { Program, System };
    struct Group {
        nt::LeakGroupRecord record;
        std::vector<std::uint64_t> frames;
        Owner owner;
    };
    [[nodiscard]] static Owner owner_of(ps::Process& process, const std::vector<std::uint64_t>& frames);
    void write_text(ps::Process& process, Owner owner, const char* title) const;
    void write_json(ps::Process& process, const std::string& file) const;

    std::vector<Group> m_groups;
    bool m_written = false;
};

} // namespace oriel::start

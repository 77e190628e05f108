// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/physical_frames.h>

#include <algorithm>

namespace oriel::mm {

NtResult<CommitReservation> PhysicalFrames::charge_up_to(std::uint64_t& pages) {
    for (;;) {
        const std::uint64_t used = m_account.used();
        pages = std::min(pages, m_account.limit() - std::min(m_account.limit(), used));
        if (pages == 0) return Status::InsufficientResources;
        auto charge = CommitReservation::make(m_account, pages);
        if (charge.ok()) return charge;
        // Another thread was quicker: look at what is left.
    }
}

NtResult<std::vector<std::uint64_t>> PhysicalFrames::allocate(std::uint64_t pages) {
    auto charge = TRY(charge_up_to(pages));
    // As large as all frames together can become; the host gives pages to what is written only.
    if (!m_memory) m_memory = TRY(SharedPages::create(m_host, m_account.limit() * page_size));
    std::vector<std::uint64_t> numbers;
    numbers.reserve(pages);
    std::size_t index = m_no_free_below;
    for (; index < m_frames.size() && numbers.size() < pages; ++index)
        if (!m_frames[index].owned) numbers.push_back(first_frame + index);
    const std::size_t more = pages - numbers.size();
    const std::size_t old_size = m_frames.size();
    m_frames.resize(old_size + more);
    for (std::size_t i = 0; i < more; ++i) numbers.push_back(first_frame + old_size + i);
    for (const std::uint64_t number : numbers) m_frames[number - first_frame].owned = true;
    m_no_free_below = more != 0 ? m_frames.size() : index;
    m_owned += pages;
    charge.keep();
    return numbers;
}

NtResult<> PhysicalFrames::free(std::span<const std::uint64_t> frames) {
    // Whoever gets a frame next must not see what was in it: consecutive ones are emptied with one call.
    for (std::size_t i = 0; i < frames.size();) {
        std::size_t end = i + 1;
        while (end < frames.size() && frames[end] == frames[end - 1] + 1) ++end;
        const auto emptied =
            m_host.empty_shared_memory(m_memory->memory(), frame_offset(frames[i]), (end - i) * page_size);
        if (!emptied) return Status::InsufficientResources;
        i = end;
    }
    for (const std::uint64_t frame : frames) {
        m_frames[frame - first_frame] = {};
        m_no_free_below = std::min<std::size_t>(m_no_free_below, frame - first_frame);
    }
    m_owned -= frames.size();
    m_account.give_back(frames.size());
    return {};
}

} // namespace oriel::mm

// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/vad.h>

#include <array>
#include <iomanip>
#include <ostream>

namespace oriel::mm {

bool Vad::is_charged(const PageState& state) const {
    if (!state.committed) return false;
    if (is_private()) return true;
    return is_view() && (state.copied || state.protection.is_write_copy());
}

std::uint64_t Vad::charged_pages() const {
    return pages.count_if(0, pages.pages(), [this](const PageState& state) { return is_charged(state); });
}

std::uint64_t Vad::committed_pages() const {
    return pages.count_if(0, pages.pages(), [](const PageState& state) { return state.committed; });
}

const char* Vad::fault() const {
    if (range.empty()) return "a VAD is empty";
    if (pages.pages() != range.pages()) return "a VAD's page states do not cover its range";
    if (const char* const broken = pages.fault()) return broken;
    if (is_view() != static_cast<bool>(view.section))
        return "a VAD is a view without a section, or has one and is none";
    if (is_view() && view.layout->pages() < range.pages()) return "a view is larger than its layout";
    if (is_placeholder() && (!is_private() || committed_pages() != 0)) return "a placeholder has something in it";
    return nullptr;
}

namespace {

const char* name_of(VadKind kind) {
    static constexpr std::array names{"Private", "Stack", "Physical", "View", "Image", "System", "Inaccessible"};
    return names[static_cast<std::size_t>(kind)];
}

} // namespace

std::ostream& operator<<(std::ostream& out, const Vad& vad) {
    const auto flags = out.flags();
    out << std::hex << std::setw(12) << vad.range.base().value() << '-' << std::setw(12) << vad.range.end().value()
        << "  " << name_of(vad.kind) << " protect=" << vad.protection.encode()
        << (vad.write_watched ? " write-watch" : "") << (vad.large_pages ? " large-pages" : "")
        << (vad.is_placeholder() ? " placeholder" : "") << '\n';
    vad.pages.for_each([&](const PageRun& run) {
        out << "    +" << run.first << " pages=" << run.count;
        if (!run.value.committed)
            out << " reserved\n";
        else
            out << " protect=" << run.value.protection.encode() << (run.value.copied ? " copied" : "")
                << (run.value.written ? " written" : "") << '\n';
    });
    out.flags(flags);
    return out;
}

} // namespace oriel::mm

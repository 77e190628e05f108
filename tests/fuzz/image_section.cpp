// SPDX-License-Identifier: MIT
// image_section.cpp: a hostile program file as NtCreateSection(SEC_IMAGE) and NtMapViewOfSection meet it.
//
// The input is a script of script_bytes bytes, then the file. The file goes the real way (loader/map lays it out, mm
// makes a section of it) onto the fake host of mm's unit tests; the script says where its views lie, whether the host
// can map the file or runs short of memory, and what is done to the pages. After each step mm must hold what it
// promises of itself, and what is read at the preferred base must be the file's bytes. In the end nothing is left over.
#include <loader/map/image_layout_of.h>
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/image_section.h>
#include <tests/unit/support/fake_file_backing.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

using namespace oriel;

namespace {

constexpr std::size_t script_bytes = 32;
/// Larger images are laid out by pe_image; here each page costs.
constexpr std::uint32_t largest_image = 2U << 20;
constexpr std::uint64_t commit_limit_pages = 4096;
constexpr PageRange whole_arena(Address(0x10000), 0x7FFFFFFF0000 - 0x10000);

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "image_section: %s\n", sentence);
    std::abort();
}

class Script {
public:
    explicit Script(const std::uint8_t* bytes) : m_next(bytes), m_end(bytes + script_bytes) {}

    [[nodiscard]] bool is_over() const { return m_next == m_end; }
    std::uint8_t take() { return is_over() ? 0 : *m_next++; }
    std::uint8_t pick(unsigned count) { return static_cast<std::uint8_t>(take() % count); }

private:
    const std::uint8_t* m_next;
    const std::uint8_t* m_end;
};

/// What has been mapped, and may be touched.
struct View {
    PageRange range;
    bool at_preferred_base;
    bool is_as_mapped; ///< nobody wrote to it, nor changed a protection
};

class Run {
public:
    Run(Script& script, std::vector<std::byte> file)
        : m_script(script), m_file_bytes(file), m_file(std::make_shared<test::FakeFileBacking>(m_host, std::move(file))) {
        m_file->can_be_mapped = m_script.pick(2) == 0;
    }

    void go() {
        const auto layout = map::layout_of_file(*m_file);
        if (!layout.ok() || layout->size_of_image > largest_image) return;
        m_layout = layout.value();
        m_poor_host = m_script.pick(2) == 1;
        if (m_poor_host) m_host.fail_call(1 + m_script.pick(32));
        {
            const auto section = mm::ImageFileSection::create(m_host, m_file, m_layout, mm::Protection(mm::PageAccess::ExecuteWriteCopy), 0x01000000);
            if (section.ok()) use(section.value());
        }
        m_host.fail_call(0); // no more: what is left must go
        for (const View& view : m_views) require(m_space.unmap_view(view.range.base()).ok(), "a view cannot be unmapped");
        m_views.clear();
        check();
        if (m_blocked != 0) (void)m_space.free(Address(m_blocked), 0, mm::FreeKind::Release);
        require(m_charge.used() == 0, "commit charge is left over");
        require(m_host.is_untouched(), "host pages are left over");
        require(m_file->bytes() == m_file_bytes, "the file was changed");
    }

    /// After go(), when the section is gone too.
    [[nodiscard]] std::size_t shared_memories() const { return m_host.open_shared_memories(); }

private:
    void use(const ob::Ref<mm::Section>& section) {
        if (m_script.pick(3) == 0) block_the_preferred_base();
        map(section);
        while (!m_script.is_over()) {
            step(section);
            check();
        }
        for (const View& view : m_views) {
            check_regions(view);
            if (view.at_preferred_base && view.is_as_mapped) check_content(view);
        }
    }

    void block_the_preferred_base() {
        const auto blocked = m_space.reserve({.base = Address(m_layout.preferred_base), .bytes = page_size, .protection = {}});
        if (blocked.ok()) m_blocked = blocked->base().value();
    }

    void map(const ob::Ref<mm::Section>& section) {
        mm::ViewRequest request{.base = {}, .protection = mm::Protection(mm::PageAccess::ExecuteWriteCopy), .limits = {}};
        if (m_script.pick(3) == 0) request.base = Address(std::uint64_t{m_script.take()} << 16 | std::uint64_t{m_script.take()} << 32);
        if (!request.base.is_null() && !whole_arena.contains(request.base)) return;
        const auto view = m_space.map_view(section, request);
        if (!view.ok()) return;
        const PageRange range = view->range;
        require(range.bytes() == align_up(std::uint64_t{m_layout.size_of_image}, page_size), "a view is not as large as its image");
        require(whole_arena.contains(range), "a view leaves the user range");
        const bool preferred = range.base() == Address(m_layout.preferred_base);
        require((view->status == Status::Success) == preferred, "the status does not tell whether the view is at its base");
        m_views.push_back({range, preferred, !m_shared_was_written});
    }

    void step(const ob::Ref<mm::Section>& section) {
        const unsigned what = m_script.pick(8);
        if (what == 0) return map(section);
        if (m_views.empty()) return;
        const std::size_t index = m_script.pick(static_cast<unsigned>(m_views.size()));
        View& view = m_views[index];
        const Address place = view.range.base() + (m_script.take() % view.range.pages()) * page_size + m_script.take();
        switch (what) {
        case 1: return touch(place, mm::FaultAccess::Read);
        case 2: return write(view, place);
        case 3: return protect(view, place);
        case 4: return touch(place, mm::FaultAccess::Execute);
        case 5:
            if (!m_space.unmap_view(place).ok()) return require(m_poor_host, "a view cannot be unmapped by an address inside it");
            m_views.erase(m_views.begin() + static_cast<std::ptrdiff_t>(index));
            return;
        case 6: (void)m_space.flush(place, 0); return;
        default: (void)m_space.query_page(place); return;
        }
    }

    void protect(View& view, Address place) {
        static constexpr std::array accesses{mm::PageAccess::NoAccess,    mm::PageAccess::ReadOnly,         mm::PageAccess::ReadWrite,
                                             mm::PageAccess::WriteCopy,   mm::PageAccess::Execute,          mm::PageAccess::ExecuteRead,
                                             mm::PageAccess::ExecuteReadWrite, mm::PageAccess::ExecuteWriteCopy};
        mm::Protection protection(accesses[m_script.pick(accesses.size())]);
        if (protection.is_readable() && m_script.pick(4) == 0) protection = protection.with_guard();
        const std::uint64_t rest = (view.range.end() - place.page()) / page_size;
        const PageRange range(place.page(), (1 + m_script.take() % rest) * page_size);
        (void)m_space.protect(range, protection);
        view.is_as_mapped = false;
    }

    void write(View& view, Address place) {
        view.is_as_mapped = false;
        if (std::ranges::any_of(m_layout.sections, &mm::ImageSection::shared)) { // every view shows it
            m_shared_was_written = true;
            for (View& other : m_views) other.is_as_mapped = false;
        }
        touch(place, mm::FaultAccess::Write);
    }

    /// As the CPU would: what faults is put to mm, and tried again if mm says so.
    void touch(Address place, mm::FaultAccess access) {
        for (int attempt = 0; attempt < 3; ++attempt) {
            const bool done = access == mm::FaultAccess::Write  ? m_host.store(place, 0xA5)
                              : access == mm::FaultAccess::Read ? m_host.load(place).has_value()
                                                                : may_execute(m_host.access_at(place));
            if (done) return;
            if (m_space.handle_fault({place, access}).kind != mm::FaultOutcome::Kind::Resolved) return;
        }
        require(false, "a fault that was resolved comes again");
    }
    static bool may_execute(hal::PageAccess access) {
        return access == hal::PageAccess::ReadExecute || access == hal::PageAccess::ReadWriteExecute;
    }

    void check() {
        if (const char* fault = m_space.fault()) require(false, fault);
        if (const auto wrong = m_space.check_agreement()) require(false, wrong->c_str());
    }

    /// Queries tell a view in pieces that cover it, and nothing else.
    void check_regions(const View& view) {
        Address next = view.range.base();
        while (next < view.range.end()) {
            const mm::RegionInfo info = m_space.query(next);
            require(info.range.base() == next && info.range.bytes() != 0, "a query does not begin where it was asked");
            require(info.type == mm::RegionType::Image && info.allocation_base == view.range.base(), "a query takes an image for something else");
            next = info.range.end();
        }
        require(next == view.range.end(), "a query leaves the view");
    }

    void check_content(const View& view) {
        check_bytes(view, 0, 0, m_layout.size_of_headers, m_layout.size_of_headers);
        for (const mm::ImageSection& section : m_layout.sections)
            check_bytes(view, section.rva, section.file_offset, section.file_size, section.virtual_size);
    }
    /// The first and last bytes of a part's file bytes, and the zeros behind them.
    void check_bytes(const View& view, std::uint32_t rva, std::uint32_t offset, std::uint32_t in_file, std::uint32_t in_memory) {
        for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{in_file / 2}, std::uint64_t{in_file} - 1, std::uint64_t{in_file}}) {
            if (at >= in_memory) continue;
            const Address place = view.range.base() + rva + at;
            touch(place, mm::FaultAccess::Read);
            const auto byte = m_host.load(place);
            const std::uint64_t from = offset + at;
            const std::byte expected = at < in_file && from < m_file_bytes.size() ? m_file_bytes[from] : std::byte{0};
            require(!byte || std::byte{*byte} == expected, "a view does not show its file");
        }
    }

    Script& m_script;
    test::FakeHostMemory m_host{std::vector<PageRange>{whole_arena}};
    mm::CommitCharge m_charge{commit_limit_pages};
    mm::AddressSpace m_space{m_host, m_charge, {}};
    std::vector<std::byte> m_file_bytes;
    std::shared_ptr<test::FakeFileBacking> m_file;
    mm::ImageLayout m_layout;
    std::vector<View> m_views;
    bool m_shared_was_written = false;
    bool m_poor_host = false; ///< one of its calls fails for want of memory
    std::uint64_t m_blocked = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < script_bytes) return 0;
    Script script(data);
    const auto* const file = reinterpret_cast<const std::byte*>(data + script_bytes);
    Run run(script, std::vector<std::byte>(file, file + (size - script_bytes)));
    run.go();
    require(run.shared_memories() == 0, "memory of a section is left over");
    return 0;
}

// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/data_section.h>

namespace oriel::mm {

NtResult<ob::Ref<Section>> DataSection::create(std::shared_ptr<FileBacking> backing,
                                               const DataSectionRequest& wanted) {
    const auto window = backing->host_window();
    if (!window) return Status::InvalidFileForSection;
    DataSectionRequest request = wanted;
    const bool writes = request.protection.is_shared_writable();
    if (writes && !window->writable) return Status::AccessDenied;

    const std::uint64_t file_size = TRY(backing->size());
    if (request.size == 0) request.size = file_size;
    if (request.size == 0) return Status::MappedFileSizeZero;
    if (request.size > file_size) {
        if (!writes) return Status::SectionTooBig;
        TRY(backing->extend(request.size));
    }
    return ob::Ref<Section>(ob::make<DataSection>(std::move(backing), request, *window));
}

NtResult<std::shared_ptr<const ViewLayout>> DataSection::layout(const ViewWindow& window) {
    auto layout = std::make_shared<ViewLayout>();
    layout->pieces.push_back({.first_page = 0,
                              .pages = window.pages,
                              .place = hal::FilePlace{m_window.descriptor, m_window.offset + window.offset},
                              .sharing = hal::Sharing::Shared,
                              .state = PageState::committed_with(window.protection)});
    return std::shared_ptr<const ViewLayout>(std::move(layout));
}

NtResult<> DataSection::extend(std::uint64_t bytes) {
    if (!protection().is_shared_writable()) return Status::SectionNotExtended;
    if (bytes > TRY(m_backing->size())) TRY(m_backing->extend(bytes));
    std::uint64_t size = m_size.load(std::memory_order_relaxed);
    while (size < bytes && !m_size.compare_exchange_weak(size, bytes, std::memory_order_release)) {
    }
    return {};
}

} // namespace oriel::mm

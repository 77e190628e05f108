// SPDX-License-Identifier: MIT
#include <loader/pe/resources.h>

namespace oriel::pe {

namespace {

class Walk {
public:
    explicit Walk(const Image& image)
        : m_image(image), m_start(image.headers().directory(nt::ImageDirectory::Resource).VirtualAddress),
          m_budget(image.bytes()) {}

    Fault directory(std::uint32_t offset) {
        const auto header = m_image.read<nt::IMAGE_RESOURCE_DIRECTORY>(m_start + offset);
        if (!header || m_path.size() >= deepest_resource) return broken(offset);
        const std::uint32_t count = std::uint32_t{header->NumberOfNamedEntries} + header->NumberOfIdEntries;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint64_t where =
                m_start + offset + sizeof *header + i * sizeof(nt::IMAGE_RESOURCE_DIRECTORY_ENTRY);
            const auto entry = m_image.read<nt::IMAGE_RESOURCE_DIRECTORY_ENTRY>(where);
            if (!entry) return broken(offset);
            if (!m_budget.spend(sizeof *entry)) return Error::at_rva(Rule::TooMuch, where);
            if (auto fault = this->entry(*entry)) return fault;
        }
        return std::nullopt;
    }

    std::vector<Resource> leaves;

private:
    Error broken(std::uint32_t offset) const { return Error::at_rva(Rule::ResourceTree, m_start + offset); }

    Fault entry(const nt::IMAGE_RESOURCE_DIRECTORY_ENTRY& entry) {
        ResourceName name;
        if ((entry.Name & nt::resource_name_is_string) == 0) name.id = entry.Name;
        else if (auto fault = read_name(entry.Name & ~nt::resource_name_is_string, name)) return fault;
        m_path.push_back(std::move(name));
        const std::uint32_t offset = entry.OffsetToData & ~nt::resource_data_is_directory;
        auto fault = (entry.OffsetToData & nt::resource_data_is_directory) != 0 ? directory(offset) : leaf(offset);
        m_path.pop_back();
        return fault;
    }

    Fault read_name(std::uint32_t offset, ResourceName& name) {
        const auto length = m_image.read<std::uint16_t>(m_start + offset);
        if (!length) return broken(offset);
        if (!m_budget.spend(2 * std::uint64_t{*length})) return Error::at_rva(Rule::TooMuch, m_start + offset);
        name.text.resize(*length);
        if (!m_image.copy(m_start + offset + 2, std::as_writable_bytes(std::span(name.text)))) return broken(offset);
        return std::nullopt;
    }

    Fault leaf(std::uint32_t offset) {
        const auto data = m_image.read<nt::IMAGE_RESOURCE_DATA_ENTRY>(m_start + offset);
        if (!data) return broken(offset);
        std::uint64_t cost = sizeof *data;
        for (const auto& step : m_path) cost += 2 * step.text.size();
        if (!m_budget.spend(cost)) return Error::at_rva(Rule::TooMuch, m_start + offset);
        leaves.push_back({m_path, data->OffsetToData, data->Size, data->CodePage});
        return std::nullopt;
    }

    const Image& m_image;
    std::uint64_t m_start;
    WalkBudget m_budget;
    std::vector<ResourceName> m_path;
};

} // namespace

Parsed<std::vector<Resource>> resources_of(const Image& image) {
    if (!image.has(nt::ImageDirectory::Resource)) return std::vector<Resource>();
    Walk walk(image);
    if (auto fault = walk.directory(0)) return *fault;
    return std::move(walk.leaves);
}

} // namespace oriel::pe

// SPDX-License-Identifier: MIT
// extended_state.cpp: components of an XSAVE area, one by one.
#include "extended_state.h"

#include <oriel/user_ptr.h>

#include <array>
#include <cstring>

namespace oriel::ps {
namespace {

using nt::XSAVE_AREA_HEADER;

/// An area with everything up to AVX-512, in the standard format, on any CPU so far.
constexpr std::size_t most_bytes = 2816;

nt::XSTATE_CONFIGURATION read_configuration() {
    nt::XSTATE_CONFIGURATION configuration = {};
    configuration.EnabledFeatures = configuration.EnabledVolatileFeatures = gate::xstate_components();
    configuration.Size = static_cast<std::uint32_t>(gate::xstate_size());
    configuration.ControlFlags = nt::xstate_optimized_save | nt::xstate_compaction_enabled;
    for (unsigned i = 0; i < nt::xstate::features; ++i) {
        if (!(configuration.EnabledFeatures >> i & 1)) continue;
        const gate::XStateComponent component = gate::xstate_component(i);
        configuration.Features[i] = {.Offset = component.offset, .Size = component.bytes};
        configuration.AllFeatures[i] = component.bytes;
        if (component.aligned) configuration.AlignedFeatures |= std::uint64_t{1} << i;
    }
    configuration.AllFeatureSize = nt::xstate::legacy_bytes + nt::xstate_bytes(configuration, configuration.EnabledFeatures);
    return configuration;
}

std::uint64_t& components_of(const gate::Thread& thread) {
    return *reinterpret_cast<std::uint64_t*>(static_cast<std::byte*>(thread.xstate) + nt::xstate::legacy_bytes);
}

/// The features of a set, beyond the legacy ones, one after the other; ends with the first failure.
template<class F>
NtResult<> for_each_feature(std::uint64_t mask, F&& visit) {
    for (mask &= ~(nt::xstate::legacy_mask | nt::xstate::compacted); mask != 0; mask &= mask - 1)
        TRY(visit(static_cast<unsigned>(__builtin_ctzll(mask))));
    return {};
}

/// An area of the guest, found by a CONTEXT_EX.
struct GuestArea {
    Address header;
    std::uint32_t bytes = 0;
    XSAVE_AREA_HEADER content{};

    static NtResult<GuestArea> of(Address context) {
        const Address ex_at = context + sizeof(nt::Context64);
        const auto ex = TRY(UserPtr<nt::CONTEXT_EX>(ex_at).capture());
        GuestArea area;
        area.header = ex_at + static_cast<std::uint64_t>(std::int64_t{ex.XState.Offset});
        area.bytes = ex.XState.Length;
        if (area.bytes < nt::xstate::header_bytes || area.header.value() % nt::xstate::alignment != 0) return Status::InvalidParameter;
        area.content = TRY(UserPtr<XSAVE_AREA_HEADER>(area.header).capture());
        return area;
    }
    /// Where a feature lies; an error where it has no place or does not fit.
    [[nodiscard]] NtResult<Address> place(unsigned feature) const {
        const std::uint32_t at = nt::xstate_offset(xstate_configuration(), content.CompactionMask, feature);
        if (at == 0 || at + xstate_configuration().Features[feature].Size > bytes) return Status::InvalidParameter;
        return header + at;
    }
};

std::byte* component(const gate::Thread& thread, unsigned feature) {
    return static_cast<std::byte*>(thread.xstate) + xstate_configuration().Features[feature].Offset;
}

} // namespace

const nt::XSTATE_CONFIGURATION& xstate_configuration() {
    static const nt::XSTATE_CONFIGURATION configuration = read_configuration();
    return configuration;
}

std::uint32_t compacted_xstate_bytes() {
    const std::uint64_t features = xstate_configuration().EnabledFeatures & ~nt::xstate::legacy_mask;
    return features == 0 ? 0 : xstate_configuration().AllFeatureSize - nt::xstate::legacy_bytes;
}

NtResult<> push_extended_state(gate::Thread& thread, Address at) {
    const auto& configuration = xstate_configuration();
    XSAVE_AREA_HEADER header = {};
    header.CompactionMask = configuration.EnabledFeatures | nt::xstate::compacted;
    header.Mask = components_of(thread) & configuration.EnabledFeatures & ~nt::xstate::legacy_mask;
    TRY(copy_to_guest(at, &header, sizeof header));
    return for_each_feature(header.Mask, [&](unsigned feature) {
        const Address to = at + nt::xstate_offset(configuration, header.CompactionMask, feature);
        return copy_to_guest(to, component(thread, feature), configuration.Features[feature].Size);
    });
}

NtResult<> load_extended_state(gate::Thread& thread, Address context) {
    const auto& configuration = xstate_configuration();
    const GuestArea area = TRY(GuestArea::of(context));
    const std::uint64_t wanted = area.content.Mask & configuration.EnabledFeatures & ~nt::xstate::legacy_mask;
    // First all of it: a part that cannot be read must leave the thread as it was.
    std::array<std::byte, most_bytes> copy;
    TRY(for_each_feature(wanted, [&](unsigned feature) -> NtResult<> {
        const nt::XSTATE_FEATURE& place = configuration.Features[feature];
        if (place.Offset + place.Size > copy.size()) return Status::InvalidParameter;
        return copy_from_guest(&copy[place.Offset], TRY(area.place(feature)), place.Size);
    }));
    gate::materialize_xstate(thread);
    thread.entered = gate::Entered::Fault;
    (void)for_each_feature(wanted, [&](unsigned feature) -> NtResult<> {
        std::memcpy(component(thread, feature), &copy[configuration.Features[feature].Offset], configuration.Features[feature].Size);
        return {};
    });
    std::uint64_t& components = components_of(thread);
    components = (components & nt::xstate::legacy_mask) | wanted;
    return {};
}

NtResult<> store_extended_state(gate::Thread& thread, Address context) {
    const auto& configuration = xstate_configuration();
    GuestArea area = TRY(GuestArea::of(context));
    // After a service entry the area is stale, and these registers, volatile in NT's ABI, have no value.
    const std::uint64_t in_use = thread.entered == gate::Entered::Fault ? components_of(thread) : 0;
    area.content.Mask &= in_use & configuration.EnabledFeatures & ~nt::xstate::legacy_mask;
    TRY(for_each_feature(area.content.Mask, [&](unsigned feature) -> NtResult<> {
        return copy_to_guest(TRY(area.place(feature)), component(thread, feature), configuration.Features[feature].Size);
    }));
    return copy_to_guest(area.header, &area.content.Mask, sizeof area.content.Mask);
}

} // namespace oriel::ps

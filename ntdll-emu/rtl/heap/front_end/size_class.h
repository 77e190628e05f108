// SPDX-License-Identifier: MIT
// size_class.h: the 128 sizes of block that the front end hands out.
//
// NT's low-fragmentation heap rounds a request up to one of 128 buckets: every multiple of the unit at
// first, then sixteen steps for each doubling, up to 16 KiB, so that at most a sixteenth of a block is
// wasted ("Low-fragmentation Heap", Microsoft documentation; "Windows Internals", 7th edition, part 1,
// chapter 5, table of the LFH buckets: its granularities for x86 are the ones below).
//
//     x86, bytes with the header     8 16 24 ... 256 | 272 ... 512 | 544 ... 1024 | ... | ... 16384
//     bucket                         0  1  2 ...  31 |  32 ...  47 |  48 ...   63 | ... | ...   127
//     x64                            16 32 ...  1024 | 1088 .. 2048 | ... | ... 16384
//                                    0   1 ...    63 |   64 ..   79 | ... | ...   127
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>

namespace oriel::rtl::heap::front_end {

inline constexpr std::size_t bucket_count = 128;
inline constexpr std::size_t exact_buckets = pointer_bytes == 8 ? 64 : 32; ///< each multiple of the unit
inline constexpr unsigned steps_bits = 4;                                  ///< then sixteen for each doubling
inline constexpr std::size_t largest_block = 0x4000;                       ///< bytes, header included
inline constexpr std::size_t largest_request = largest_block - header_bytes;
inline constexpr std::size_t least_request = 2 * pointer_bytes; ///< smaller ones are served as this

/// The bucket for blocks of `units` (header included), at most largest_block.
constexpr std::size_t bucket_of_units(std::size_t units) {
    if (units <= exact_buckets) [[likely]] return units - 1;
    const auto top = static_cast<unsigned>(std::bit_width(units - 1)) - 1;
    constexpr unsigned first_top = static_cast<unsigned>(std::bit_width(exact_buckets)) - 1;
    const std::size_t step = (units - 1) >> (top - steps_bits); // 16 to 31
    return exact_buckets + ((top - first_top) << steps_bits) + step - (1u << steps_bits);
}
/// The bucket for a request of at most largest_request bytes, but 0 for the least requests. (No block is as small as bucket
/// 0's, so that this number is free to be another name of smallest_bucket's; see ThreadBins::set_current.)
constexpr std::size_t nearly_bucket_of(std::size_t request) { return bucket_of_units((request + header_bytes + unit - 1) / unit); }
/// The bucket for a request of at most largest_request bytes.
constexpr std::size_t bucket_of(std::size_t request) {
    const std::size_t least = request < least_request ? least_request : request;
    return bucket_of_units((least + header_bytes + unit - 1) / unit);
}
/// How long the blocks of a bucket are, in units.
constexpr std::size_t units_of_bucket(std::size_t bucket) {
    if (bucket < exact_buckets) return bucket + 1;
    constexpr unsigned first_top = static_cast<unsigned>(std::bit_width(exact_buckets)) - 1;
    const auto top = first_top + static_cast<unsigned>((bucket - exact_buckets) >> steps_bits);
    const std::size_t step = (bucket - exact_buckets) & ((1u << steps_bits) - 1);
    return ((1u << steps_bits) + step + 1) << (top - steps_bits);
}

inline constexpr std::size_t smallest_bucket = bucket_of(0);
static_assert(nearly_bucket_of(0) == 0 && smallest_bucket == 1 && nearly_bucket_of(least_request) == smallest_bucket);
static_assert(bucket_of(largest_request) == bucket_count - 1);
static_assert(units_of_bucket(bucket_count - 1) * unit == largest_block);
static_assert([] {
    for (std::size_t units = 1; units <= largest_block / unit; ++units) {
        const std::size_t bucket = bucket_of_units(units);
        if (units_of_bucket(bucket) < units || (bucket > 0 && units_of_bucket(bucket - 1) >= units)) return false;
    }
    return true;
}());

} // namespace oriel::rtl::heap::front_end

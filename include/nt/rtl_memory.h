// SPDX-License-Identifier: MIT
// rtl_memory.h: runs of bytes, and bitmaps.
#pragma once

#include <nt/rtl_export.h>

namespace nt {

template<class Abi>
struct RTL_BITMAP {
    std::uint32_t SizeOfBitMap; ///< bits
    Ptr<Abi, std::uint32_t> Buffer;
};
NT_ASSERT_SIZE(RTL_BITMAP, 16, 8);

} // namespace nt

extern "C" {

using NtBitmap = nt::RTL_BITMAP<nt::Native>;

/// How many bytes are equal before the first difference.
std::size_t NT_API RtlCompareMemory(const void* Source1, const void* Source2, std::size_t Length);
std::size_t NT_API RtlCompareMemoryUlong(void* Source, std::size_t Length, std::uint32_t Pattern);
void NT_API RtlFillMemoryUlong(void* Destination, std::size_t Length, std::uint32_t Pattern);
void NT_API RtlFillMemoryUlonglong(void* Destination, std::size_t Length, std::uint64_t Pattern);

void NT_API RtlInitializeBitMap(NtBitmap* BitMapHeader, std::uint32_t* BitMapBuffer, std::uint32_t SizeOfBitMap);
void NT_API RtlClearAllBits(NtBitmap* BitMapHeader);
void NT_API RtlSetAllBits(NtBitmap* BitMapHeader);
void NT_API RtlClearBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber);
void NT_API RtlSetBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber);
std::uint8_t NT_API RtlTestBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber);
void NT_API RtlClearBits(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t NumberToClear);
void NT_API RtlSetBits(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t NumberToSet);
std::uint8_t NT_API RtlAreBitsClear(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t Length);
std::uint8_t NT_API RtlAreBitsSet(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t Length);
/// The first run, searched from HintIndex and then from the start; ~0: none.
std::uint32_t NT_API RtlFindClearBits(NtBitmap* BitMapHeader, std::uint32_t NumberToFind, std::uint32_t HintIndex);
std::uint32_t NT_API RtlFindSetBits(NtBitmap* BitMapHeader, std::uint32_t NumberToFind, std::uint32_t HintIndex);
std::uint32_t NT_API RtlFindClearBitsAndSet(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                            std::uint32_t HintIndex);
std::uint32_t NT_API RtlFindSetBitsAndClear(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                            std::uint32_t HintIndex);
std::uint32_t NT_API RtlNumberOfSetBits(NtBitmap* BitMapHeader);
std::uint32_t NT_API RtlNumberOfClearBits(NtBitmap* BitMapHeader);
/// The longest run and where it starts.
std::uint32_t NT_API RtlFindLongestRunClear(NtBitmap* BitMapHeader, std::uint32_t* StartingIndex);
std::uint32_t NT_API RtlFindNextForwardRunClear(NtBitmap* BitMapHeader, std::uint32_t FromIndex,
                                                std::uint32_t* StartingRunIndex);
std::int8_t NT_API RtlFindLeastSignificantBit(std::uint64_t Set);
std::int8_t NT_API RtlFindMostSignificantBit(std::uint64_t Set);

#if !defined(RtlZeroMemory) && !defined(RtlMoveMemory)
void NT_API RtlZeroMemory(void* Destination, std::size_t Length);
void NT_API RtlFillMemory(void* Destination, std::size_t Length, std::uint8_t Fill);
void NT_API RtlMoveMemory(void* Destination, const void* Source, std::size_t Length);
#endif

} // extern "C"

// SPDX-License-Identifier: MIT
// bitmap.cpp: ntdll's bitmap exports.
#include <nt/rtl_memory.h>

#include <ntdll-emu/rtl/bitmap.h>

#include <bit>

using namespace oriel::rtl;

NT_EXPORT void NT_API RtlInitializeBitMap(NtBitmap* BitMapHeader, std::uint32_t* BitMapBuffer,
                                          std::uint32_t SizeOfBitMap) {
    BitMapHeader->SizeOfBitMap = SizeOfBitMap;
    BitMapHeader->Buffer = BitMapBuffer;
}
NT_EXPORT void NT_API RtlClearAllBits(NtBitmap* BitMapHeader) {
    write_bits(*BitMapHeader, 0, BitMapHeader->SizeOfBitMap, false);
}
NT_EXPORT void NT_API RtlSetAllBits(NtBitmap* BitMapHeader) {
    write_bits(*BitMapHeader, 0, BitMapHeader->SizeOfBitMap, true);
}
NT_EXPORT void NT_API RtlClearBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber) {
    write_bits(*BitMapHeader, BitNumber, 1, false);
}
NT_EXPORT void NT_API RtlSetBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber) {
    write_bits(*BitMapHeader, BitNumber, 1, true);
}
NT_EXPORT std::uint8_t NT_API RtlTestBit(NtBitmap* BitMapHeader, std::uint32_t BitNumber) {
    return test_bit(*BitMapHeader, BitNumber);
}
NT_EXPORT void NT_API RtlClearBits(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t NumberToClear) {
    write_bits(*BitMapHeader, StartingIndex, NumberToClear, false);
}
NT_EXPORT void NT_API RtlSetBits(NtBitmap* BitMapHeader, std::uint32_t StartingIndex, std::uint32_t NumberToSet) {
    write_bits(*BitMapHeader, StartingIndex, NumberToSet, true);
}
NT_EXPORT std::uint8_t NT_API RtlAreBitsClear(NtBitmap* BitMapHeader, std::uint32_t StartingIndex,
                                              std::uint32_t Length) {
    return all_bits_are(*BitMapHeader, StartingIndex, Length, false);
}
NT_EXPORT std::uint8_t NT_API RtlAreBitsSet(NtBitmap* BitMapHeader, std::uint32_t StartingIndex,
                                            std::uint32_t Length) {
    return all_bits_are(*BitMapHeader, StartingIndex, Length, true);
}
NT_EXPORT std::uint32_t NT_API RtlFindClearBits(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                                std::uint32_t HintIndex) {
    return find_run(*BitMapHeader, NumberToFind, HintIndex, false);
}
NT_EXPORT std::uint32_t NT_API RtlFindSetBits(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                              std::uint32_t HintIndex) {
    return find_run(*BitMapHeader, NumberToFind, HintIndex, true);
}
NT_EXPORT std::uint32_t NT_API RtlFindClearBitsAndSet(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                                      std::uint32_t HintIndex) {
    const std::uint32_t start = find_run(*BitMapHeader, NumberToFind, HintIndex, false);
    if (start != no_bit) write_bits(*BitMapHeader, start, NumberToFind, true);
    return start;
}
NT_EXPORT std::uint32_t NT_API RtlFindSetBitsAndClear(NtBitmap* BitMapHeader, std::uint32_t NumberToFind,
                                                      std::uint32_t HintIndex) {
    const std::uint32_t start = find_run(*BitMapHeader, NumberToFind, HintIndex, true);
    if (start != no_bit) write_bits(*BitMapHeader, start, NumberToFind, false);
    return start;
}
NT_EXPORT std::uint32_t NT_API RtlNumberOfSetBits(NtBitmap* BitMapHeader) { return count_set(*BitMapHeader); }
NT_EXPORT std::uint32_t NT_API RtlNumberOfClearBits(NtBitmap* BitMapHeader) {
    return BitMapHeader->SizeOfBitMap - count_set(*BitMapHeader);
}
NT_EXPORT std::uint32_t NT_API RtlFindLongestRunClear(NtBitmap* BitMapHeader, std::uint32_t* StartingIndex) {
    const BitRun run = longest_run(*BitMapHeader, false);
    if (StartingIndex != nullptr) *StartingIndex = run.length != 0 ? run.start : 0;
    return run.length;
}
NT_EXPORT std::uint32_t NT_API RtlFindNextForwardRunClear(NtBitmap* BitMapHeader, std::uint32_t FromIndex,
                                                          std::uint32_t* StartingRunIndex) {
    const BitRun run = next_run(*BitMapHeader, FromIndex, false);
    *StartingRunIndex = run.length != 0 ? run.start : FromIndex;
    return run.length;
}
NT_EXPORT std::int8_t NT_API RtlFindLeastSignificantBit(std::uint64_t Set) {
    return Set == 0 ? std::int8_t{-1} : static_cast<std::int8_t>(std::countr_zero(Set));
}
NT_EXPORT std::int8_t NT_API RtlFindMostSignificantBit(std::uint64_t Set) {
    return Set == 0 ? std::int8_t{-1} : static_cast<std::int8_t>(63 - std::countl_zero(Set));
}

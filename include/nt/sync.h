// SPDX-License-Identifier: MIT
// sync.h: what the queries of synchronization objects answer, and how to ask.
//
// Source: phnt's and Microsoft's winternl.h names; the sizes are the same for both ABIs.
#pragma once

#include <nt/basic.h>

namespace nt {

/// EVENT_TYPE
inline constexpr std::uint32_t NotificationEvent = 0;
inline constexpr std::uint32_t SynchronizationEvent = 1;
/// TIMER_TYPE
inline constexpr std::uint32_t NotificationTimer = 0;
inline constexpr std::uint32_t SynchronizationTimer = 1;
/// WAIT_TYPE
inline constexpr std::uint32_t WaitAll = 0;
inline constexpr std::uint32_t WaitAny = 1;

/// The information class of all these queries' basic information.
inline constexpr std::uint32_t EventBasicInformation = 0;
inline constexpr std::uint32_t MutantBasicInformation = 0;
inline constexpr std::uint32_t MutantOwnerInformation = 1;
inline constexpr std::uint32_t SemaphoreBasicInformation = 0;
inline constexpr std::uint32_t TimerBasicInformation = 0;

struct EVENT_BASIC_INFORMATION {
    std::uint32_t EventType;
    std::int32_t EventState;
};
static_assert(sizeof(EVENT_BASIC_INFORMATION) == 8);

struct MUTANT_BASIC_INFORMATION {
    std::int32_t CurrentCount; ///< 1 free, 0 owned once, -1 owned twice, ...
    std::uint8_t OwnedByCaller;
    std::uint8_t AbandonedState;
};
static_assert(sizeof(MUTANT_BASIC_INFORMATION) == 8);

template<class Abi>
struct MUTANT_OWNER_INFORMATION {
    CLIENT_ID<Abi> ClientId;
};
NT_ASSERT_SIZE(MUTANT_OWNER_INFORMATION, 16, 8);

struct SEMAPHORE_BASIC_INFORMATION {
    std::int32_t CurrentCount;
    std::int32_t MaximumCount;
};
static_assert(sizeof(SEMAPHORE_BASIC_INFORMATION) == 8);

struct TIMER_BASIC_INFORMATION {
    std::int64_t RemainingTime; ///< 100 ns; negative when the time has passed
    std::uint8_t TimerState;    ///< signalled
};
static_assert(sizeof(TIMER_BASIC_INFORMATION) == 16);

/// One packet of a completion port, as NtRemoveIoCompletionEx answers it (Win32's OVERLAPPED_ENTRY).
template<class Abi>
struct FILE_IO_COMPLETION_INFORMATION {
    uptr<Abi> KeyContext;
    uptr<Abi> ApcContext;
    IO_STATUS_BLOCK<Abi> IoStatusBlock;
};
NT_ASSERT_SIZE(FILE_IO_COMPLETION_INFORMATION, 32, 16);

inline constexpr std::uint32_t IoCompletionBasicInformation = 0;
struct IO_COMPLETION_BASIC_INFORMATION {
    std::int32_t Depth; ///< packets that wait to be taken
};
static_assert(sizeof(IO_COMPLETION_BASIC_INFORMATION) == 4);

} // namespace nt

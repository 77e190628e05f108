// SPDX-License-Identifier: MIT
// object.h: what NtQueryObject and NtQueryDirectoryObject answer.
//
// Source: "NtQueryObject function", "PUBLIC_OBJECT_BASIC_INFORMATION structure" (Microsoft documentation),
// and the longer forms with the names that debuggers print.
#pragma once

#include <nt/basic.h>

namespace nt {

/// OBJECT_INFORMATION_CLASS
inline constexpr std::uint32_t ObjectBasicInformation = 0;
inline constexpr std::uint32_t ObjectNameInformation = 1;
inline constexpr std::uint32_t ObjectTypeInformation = 2;
inline constexpr std::uint32_t ObjectTypesInformation = 3;
inline constexpr std::uint32_t ObjectHandleFlagInformation = 4;

inline constexpr std::uint32_t DUPLICATE_CLOSE_SOURCE = 0x1;
inline constexpr std::uint32_t DUPLICATE_SAME_ACCESS = 0x2;
inline constexpr std::uint32_t DUPLICATE_SAME_ATTRIBUTES = 0x4;

struct OBJECT_BASIC_INFORMATION {
    std::uint32_t Attributes;
    std::uint32_t GrantedAccess;
    std::uint32_t HandleCount;
    std::uint32_t PointerCount;
    std::uint32_t PagedPoolCharge;
    std::uint32_t NonPagedPoolCharge;
    std::uint32_t Reserved[3];
    std::uint32_t NameInfoSize;
    std::uint32_t TypeInfoSize;
    std::uint32_t SecurityDescriptorSize;
    std::int64_t CreationTime;
};
static_assert(sizeof(OBJECT_BASIC_INFORMATION) == 56);

/// The name follows directly.
template<class Abi>
struct OBJECT_NAME_INFORMATION {
    UNICODE_STRING<Abi> Name;
};
NT_ASSERT_SIZE(OBJECT_NAME_INFORMATION, 16, 8);

struct GENERIC_MAPPING {
    std::uint32_t GenericRead;
    std::uint32_t GenericWrite;
    std::uint32_t GenericExecute;
    std::uint32_t GenericAll;
};

/// The type's name follows directly.
template<class Abi>
struct OBJECT_TYPE_INFORMATION {
    UNICODE_STRING<Abi> TypeName;
    std::uint32_t TotalNumberOfObjects;
    std::uint32_t TotalNumberOfHandles;
    std::uint32_t TotalPagedPoolUsage;
    std::uint32_t TotalNonPagedPoolUsage;
    std::uint32_t TotalNamePoolUsage;
    std::uint32_t TotalHandleTableUsage;
    std::uint32_t HighWaterNumberOfObjects;
    std::uint32_t HighWaterNumberOfHandles;
    std::uint32_t HighWaterPagedPoolUsage;
    std::uint32_t HighWaterNonPagedPoolUsage;
    std::uint32_t HighWaterNamePoolUsage;
    std::uint32_t HighWaterHandleTableUsage;
    std::uint32_t InvalidAttributes;
    GENERIC_MAPPING GenericMapping;
    std::uint32_t ValidAccessMask;
    std::uint8_t SecurityRequired;
    std::uint8_t MaintainHandleCount;
    std::uint8_t TypeIndex;
    std::int8_t ReservedByte;
    std::uint32_t PoolType;
    std::uint32_t DefaultPagedPoolCharge;
    std::uint32_t DefaultNonPagedPoolCharge;
};
NT_ASSERT_SIZE(OBJECT_TYPE_INFORMATION, 104, 96);

struct OBJECT_HANDLE_FLAG_INFORMATION {
    std::uint8_t Inherit;
    std::uint8_t ProtectFromClose;
};
static_assert(sizeof(OBJECT_HANDLE_FLAG_INFORMATION) == 2);

template<class Abi>
struct OBJECT_DIRECTORY_INFORMATION {
    UNICODE_STRING<Abi> Name;
    UNICODE_STRING<Abi> TypeName;
};
NT_ASSERT_SIZE(OBJECT_DIRECTORY_INFORMATION, 32, 16);

} // namespace nt

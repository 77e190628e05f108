// SPDX-License-Identifier: MIT
// windows_headers.h: Microsoft's declarations (mingw-w64's headers), without the ones that are ours.
//
// winnt.h declares a few functions of ntdll in its own types; include/nt declares the same functions in the
// ABI's types, and C++ allows one declaration of an extern "C" function. So winnt.h's go under another name.
// windows.h comes after our headers, because it makes macros of names that ours declare as constants.
#pragma once

#define RtlAddFunctionTable winnt_RtlAddFunctionTable
#define RtlAddGrowableFunctionTable winnt_RtlAddGrowableFunctionTable
#define RtlCaptureContext winnt_RtlCaptureContext
#define RtlCaptureStackBackTrace winnt_RtlCaptureStackBackTrace
#define RtlCompareMemory winnt_RtlCompareMemory
#define RtlDeleteFunctionTable winnt_RtlDeleteFunctionTable
#define RtlDeleteGrowableFunctionTable winnt_RtlDeleteGrowableFunctionTable
#define RtlFirstEntrySList winnt_RtlFirstEntrySList
#define RtlGrowFunctionTable winnt_RtlGrowFunctionTable
#define RtlInitializeSListHead winnt_RtlInitializeSListHead
#define RtlInstallFunctionTableCallback winnt_RtlInstallFunctionTableCallback
#define RtlInterlockedFlushSList winnt_RtlInterlockedFlushSList
#define RtlInterlockedPushListSListEx winnt_RtlInterlockedPushListSListEx
#define RtlInterlockedPopEntrySList winnt_RtlInterlockedPopEntrySList
#define RtlInterlockedPushEntrySList winnt_RtlInterlockedPushEntrySList
#define RtlLookupFunctionEntry winnt_RtlLookupFunctionEntry
#define RtlPcToFileHeader winnt_RtlPcToFileHeader
#define RtlQueryDepthSList winnt_RtlQueryDepthSList
#define RtlQueryHeapInformation winnt_RtlQueryHeapInformation
#define RtlRaiseException winnt_RtlRaiseException
#define RtlRestoreContext winnt_RtlRestoreContext
#define RtlSetHeapInformation winnt_RtlSetHeapInformation
#define RtlUnwind winnt_RtlUnwind
#define RtlUnwindEx winnt_RtlUnwindEx
#define RtlVirtualUnwind winnt_RtlVirtualUnwind
#define RtlGetProductInfo winnt_RtlGetProductInfo
#define VerSetConditionMask winnt_VerSetConditionMask
#define RtlMultipleAllocateHeap winnt_RtlMultipleAllocateHeap
#define RtlMultipleFreeHeap winnt_RtlMultipleFreeHeap
#define __C_specific_handler winnt_C_specific_handler

#include <windows.h>

#undef RtlAddFunctionTable
#undef RtlAddGrowableFunctionTable
#undef RtlCaptureContext
#undef RtlCaptureStackBackTrace
#undef RtlCompareMemory
#undef RtlDeleteFunctionTable
#undef RtlDeleteGrowableFunctionTable
#undef RtlFirstEntrySList
#undef RtlGrowFunctionTable
#undef RtlInitializeSListHead
#undef RtlInstallFunctionTableCallback
#undef RtlInterlockedFlushSList
#undef RtlInterlockedPushListSListEx
#undef RtlInterlockedPopEntrySList
#undef RtlInterlockedPushEntrySList
#undef RtlLookupFunctionEntry
#undef RtlPcToFileHeader
#undef RtlQueryDepthSList
#undef RtlQueryHeapInformation
#undef RtlRaiseException
#undef RtlRestoreContext
#undef RtlSetHeapInformation
#undef RtlUnwind
#undef RtlUnwindEx
#undef RtlVirtualUnwind
#undef RtlGetProductInfo
#undef VerSetConditionMask
#undef RtlMultipleAllocateHeap
#undef RtlMultipleFreeHeap
#undef __C_specific_handler

// SPDX-License-Identifier: MIT
// appmodel.cpp: what a packaged app would be told; we run plain programs.
//
// The static C runtime of Visual C++ asks AppPolicyGetProcessTerminationMethod at its end, through an API set.
// Sources: "AppPolicyGetProcessTerminationMethod function" and kin, appmodel.h (Microsoft documentation).
#include "kernel32.h"

using namespace oriel::k32;

namespace {
constexpr LONG no_package = 15700;     // APPMODEL_ERROR_NO_PACKAGE
constexpr LONG answer_zero(void* to) { // each policy's 0 is what desktop programs have
    if (!to) return ERROR_INVALID_PARAMETER;
    *static_cast<std::uint32_t*>(to) = 0;
    return ERROR_SUCCESS;
}
} // namespace

K32_EXPORT LONG WINAPI AppPolicyGetProcessTerminationMethod(HANDLE, std::uint32_t* policy) {
    return answer_zero(policy);
} // ExitProcess
K32_EXPORT LONG WINAPI AppPolicyGetThreadInitializationType(HANDLE, std::uint32_t* policy) {
    return answer_zero(policy);
} // none
K32_EXPORT LONG WINAPI AppPolicyGetShowDeveloperDiagnostic(HANDLE, std::uint32_t* policy) {
    *policy = 1; // AppPolicyShowDeveloperDiagnostic_ShowUI
    return ERROR_SUCCESS;
}
K32_EXPORT LONG WINAPI AppPolicyGetWindowingModel(HANDLE, std::uint32_t* policy) {
    *policy = 2; // AppPolicyWindowingModel_ClassicDesktop
    return ERROR_SUCCESS;
}
K32_EXPORT LONG WINAPI AppPolicyGetMediaFoundationCodecLoading(HANDLE, std::uint32_t* policy) {
    return answer_zero(policy);
}
K32_EXPORT LONG WINAPI AppPolicyGetClrCompat(HANDLE, std::uint32_t* policy) {
    *policy = 1; // AppPolicyClrCompat_ClassicDesktop
    return ERROR_SUCCESS;
}
K32_EXPORT LONG WINAPI GetCurrentPackageId(UINT32*, BYTE*) { return no_package; }
K32_EXPORT LONG WINAPI GetCurrentPackageFullName(UINT32*, PWSTR) { return no_package; }
K32_EXPORT LONG WINAPI GetCurrentPackageFamilyName(UINT32*, PWSTR) { return no_package; }
K32_EXPORT LONG WINAPI GetCurrentPackagePath(UINT32*, PWSTR) { return no_package; }

// SPDX-License-Identifier: MIT
// destroy.cpp: ending the objects of a state that is left, and exception objects.
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/frame.h>

namespace oriel::crt::cxx {

void destroy(const UnwindAction& action, std::uint64_t image_base, char* variables) {
    if (action.kind == UnwindAction::Kind::none) return;
    const auto* code = reinterpret_cast<const char*>(image_base + action.code);
    int* const in_progress = __processing_throw();
    ++*in_progress;
    // A destructor has the same shape as a copy constructor here: the object, in another register than a funclet's frame.
    if (action.kind == UnwindAction::Kind::call) oriel_cxx_call_cleanup(code, variables);
    else if (action.kind == UnwindAction::Kind::destroy_object) oriel_cxx_call_copy(code, variables + action.object, nullptr, 0);
    else oriel_cxx_call_copy(code, *reinterpret_cast<char**>(variables + action.object), nullptr, 0);
    --*in_progress;
}

void destroy_exception(const Thrown& thrown) {
    if (thrown.object == nullptr || thrown.info == nullptr || thrown.info->destructor == 0) return;
    oriel_cxx_call_copy(thrown.at<char>(thrown.info->destructor), thrown.object, nullptr, 0);
}

} // namespace oriel::crt::cxx

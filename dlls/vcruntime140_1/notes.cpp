// SPDX-License-Identifier: MIT
// notes.cpp: vcruntime140_1.dll's entry point, and where the notes of running catch blocks begin (cxx_eh/frame4.h).
//
// All else that a thread knows of its exceptions is kept by vcruntime140.dll. A fiber has notes of its own.
#include <dlls/crt/cxx_eh/frame4.h>

#include <dlls/crt/crt.h>

extern "C" {
std::uint32_t NT_API FlsAlloc(void* callback);
int NT_API FlsFree(std::uint32_t slot);
void* NT_API FlsGetValue(std::uint32_t slot);
int NT_API FlsSetValue(std::uint32_t slot, void* value);
void __std_terminate();
void* _set_se_translator(void* translate);
}

namespace oriel::crt::cxx {

static constexpr std::uint32_t no_slot = ~0u;
static std::uint32_t slot = no_slot;

CatchNote* first_note() { return static_cast<CatchNote*>(FlsGetValue(slot)); }
void set_first_note(CatchNote* note) { FlsSetValue(slot, note); }

void terminate() {
    __std_terminate();
    __builtin_trap();
}

/// There is no function that only asks.
SeTranslator se_translator() {
    void* const translate = _set_se_translator(nullptr);
    if (translate != nullptr) _set_se_translator(translate);
    return reinterpret_cast<SeTranslator>(translate);
}

} // namespace oriel::crt::cxx

extern "C" int NT_API DllMainCRTStartup(void*, std::uint32_t reason, void* reserved) {
    using oriel::crt::cxx::slot;
    enum : std::uint32_t { process_detach = 0, process_attach = 1 };
    if (reason == process_attach) slot = FlsAlloc(nullptr);
    if (reason == process_detach && reserved == nullptr) FlsFree(slot);
    return slot != oriel::crt::cxx::no_slot;
}

// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/notifications.h>

namespace oriel::rtl::ldr {

namespace {

struct Registration {
    Registration* next;
    NtLdrNotification callback;
    void* context;
};
constinit Registration* registrations = nullptr;

} // namespace

void notify(DllNotification what, Module& module) {
    if (registrations == nullptr) return;
    nt::LDR_DLL_NOTIFICATION_DATA<Native> data{};
    data.FullDllName = &module.FullDllName;
    data.BaseDllName = &module.BaseDllName;
    data.DllBase = module.DllBase.get();
    data.SizeOfImage = module.SizeOfImage;
    Registration* next = nullptr;
    for (Registration* one = registrations; one != nullptr; one = next) {
        next = one->next; // the callback may unregister itself
        one->callback(static_cast<std::uint32_t>(what), &data, one->context);
    }
}

void* register_notification(NtLdrNotification callback, void* context) {
    void* memory = allocate(sizeof(Registration));
    if (memory == nullptr) return nullptr;
    registrations = new (memory) Registration{registrations, callback, context};
    return memory;
}

bool unregister_notification(void* cookie) {
    for (Registration** link = &registrations; *link != nullptr; link = &(*link)->next) {
        if (*link != cookie) continue;
        *link = (*link)->next;
        release(cookie);
        return true;
    }
    return false;
}

} // namespace oriel::rtl::ldr

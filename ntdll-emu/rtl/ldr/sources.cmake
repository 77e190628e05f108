# SPDX-License-Identifier: MIT
# Pure algorithms, compiled natively too for tests/unit/ntdll-emu/rtl/ldr (with ORIEL_GUEST, a definition of
# upcase and of allocate/release).
set(RTL_LDR_NATIVE_SOURCES
    ntdll-emu/rtl/ldr/api_set.cpp
    ntdll-emu/rtl/ldr/export_lookup.cpp
    ntdll-emu/rtl/ldr/image_view.cpp
    ntdll-emu/rtl/ldr/names.cpp
    ntdll-emu/rtl/ldr/resources.cpp
    ntdll-emu/rtl/ldr/search_path.cpp
    ntdll-emu/rtl/ldr/tls_layout.cpp
)
# Everything, for ntdll.dll.
set(RTL_LDR_SOURCES
    ${RTL_LDR_NATIVE_SOURCES}
    ntdll-emu/rtl/ldr/delay_load.cpp
    ntdll-emu/rtl/ldr/dll_main_calls.cpp
    ntdll-emu/rtl/ldr/image_open.cpp
    ntdll-emu/rtl/ldr/import_binding.cpp
    ntdll-emu/rtl/ldr/load_error.cpp
    ntdll-emu/rtl/ldr/load_graph.cpp
    ntdll-emu/rtl/ldr/load_settings.cpp
    ntdll-emu/rtl/ldr/loading.cpp
    ntdll-emu/rtl/ldr/module.cpp
    ntdll-emu/rtl/ldr/module_table.cpp
    ntdll-emu/rtl/ldr/notifications.cpp
    ntdll-emu/rtl/ldr/own_process.cpp
    ntdll-emu/rtl/ldr/process_start.cpp
    ntdll-emu/rtl/ldr/security_cookie.cpp
    ntdll-emu/rtl/ldr/tls.cpp
    ntdll-emu/rtl/ldr/undone_stub.cpp
    ntdll-emu/rtl/ldr/unloading.cpp
    ntdll-emu/rtl/ldr/writable_section.cpp
)

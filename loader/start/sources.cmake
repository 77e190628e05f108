set(START_SOURCES main.cpp options.cpp program.cpp first_process.cpp builtin_images.cpp known_dlls.cpp gate_handlers.cpp
  shared_data.cpp process_environment.cpp environment.cpp command_line.cpp host_text.cpp end.cpp crash/crash_report.cpp crash/crash_facts.cpp crash/crash_json.cpp crash/exception_words.cpp
  crash/address_words.cpp crash/minidump.cpp crash/source_lines.cpp
  trace_output.cpp doctor.cpp fault_options.cpp fault_reports.cpp fault_text.cpp leak_report.cpp memory_refusals.cpp
  symbols/call_site.cpp symbols/modules.cpp symbols/exports.cpp symbols/names.cpp symbols/places.cpp symbols/short_name.cpp symbols/stacks.cpp
  observe_run.cpp observe_running.cpp snapshot_output.cpp snapshot_regions.cpp take_snapshot.cpp ntdll-emu/rtl/ldr/api_set.cpp)

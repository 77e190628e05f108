set(START_SOURCES main.cpp options.cpp program.cpp first_process.cpp builtin_images.cpp known_dlls.cpp gate_handlers.cpp
  shared_data.cpp process_environment.cpp environment.cpp command_line.cpp host_text.cpp end.cpp crash_report.cpp
  trace_output.cpp doctor.cpp symbols.cpp fault_options.cpp fault_reports.cpp fault_text.cpp leak_report.cpp memory_refusals.cpp ntdll-emu/rtl/ldr/api_set.cpp)

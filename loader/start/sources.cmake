set(START_SOURCES main.cpp options.cpp program.cpp first_process.cpp builtin_images.cpp known_dlls.cpp gate_handlers.cpp
  shared_data.cpp process_environment.cpp environment.cpp command_line.cpp host_text.cpp end.cpp crash_report.cpp
  trace_output.cpp doctor.cpp ntdll-emu/rtl/ldr/api_set.cpp)

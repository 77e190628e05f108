set(HAL_SOURCES log.cpp host_command.cpp host_message.cpp host_signals.cpp host_file_view.cpp self_file.cpp cpu_features.cpp host_environment.cpp usage.cpp time_zone.cpp)

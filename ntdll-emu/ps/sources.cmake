set(PS_SOURCES process.cpp create_thread.cpp context.cpp extended_state.cpp fault_instruction.cpp fault_record.cpp exception_delivery.cpp token.cpp)

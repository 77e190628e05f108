set(GATE_SOURCES gate.cpp signal.cpp entry_x64.S)

set(GATE_SOURCES gate.cpp compatibility.cpp signal.cpp entry_x64.S entry_x86.S)

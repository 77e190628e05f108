// SPDX-License-Identifier: MIT
// fake_process.h: a process for the loader to run in, natively: a TEB, a PEB, and DLLs made to order.
//
// The services that the loader calls are answered here from a list of DLLs, each described by what the loader
// looks at: exports, imports, TLS, an entry point. Their images are built in memory as mm would map them. All
// DllMains and TLS callbacks lead to one native function, which writes down who was called for what.
#pragma once

#include <ntdll-emu/rtl/ldr/own_process.h>

#include <map>
#include <string>
#include <vector>

namespace oriel::rtl::ldr::test {

struct FakeImport {
    std::string dll;
    std::vector<std::string> functions; ///< "#12": by ordinal
};

struct FakeDll {
    std::map<std::string, std::string> exports; ///< name -> forwarder, or "" for a place of its own
    std::vector<FakeImport> imports;
    bool has_entry = true;
    bool has_tls = false;
    bool entry_fails = false;
    bool is_program = false;
    std::u16string load_in_entry;      ///< a DLL that its DllMain loads when it is attached
    std::u16string load_when_detached; ///< and when it is detached
};

class FakeProcess {
public:
    FakeProcess();
    ~FakeProcess();
    FakeProcess(const FakeProcess&) = delete;
    FakeProcess& operator=(const FakeProcess&) = delete;

    /// In \KnownDlls.
    void add_builtin(const std::string& name, FakeDll dll);
    /// A file: a full DOS path.
    void add_file(const std::string& path, FakeDll dll);
    /// Runs the first thread's way. kernel32 and ntdll are added where the test has not.
    Status start(FakeDll program = {});

    /// Calls since the last time, as "name+" (attach), "name-" (detach), "name:t+" (thread), "name!tls+", ...
    std::string calls();
    /// What was reported through NtRaiseHardError, as "0xC0000135 a b".
    std::string reports();

    /// The value in the `index`th import slot of a loaded module; of its `dll`th import.
    static std::uintptr_t import_slot(void* base, std::size_t dll, std::size_t index);
    /// Where the export `name` of a loaded FakeDll is.
    static std::uintptr_t export_place(void* base, const std::string& name);
    [[nodiscard]] std::size_t mapped_count() const;
};

} // namespace oriel::rtl::ldr::test

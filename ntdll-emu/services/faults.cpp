// SPDX-License-Identifier: MIT
// faults.cpp: the image's execution options, and what the program's heaps report.
//
// On NT the options are values in the registry ("Image File Execution Options"), and reports go to a debugger. Here the
// options come from oriel's command line, and the reports to its user (loader/start/fault_reports.cpp).
#include "answer.h"
#include "call.h"
#include "capture.h"

#include <generated/services/decl.h>
#include <nt/fault_event.h>

#include <vector>

namespace oriel::services {

template<class Abi>
Status NtOrielQueryExecutionOption(Call<Abi>& call, UserPtr<nt::UNICODE_STRING<Abi>> Name, UserPtr<std::uint32_t> Value) {
    const std::u16string name = TRY(capture_unicode_string<Abi>(Name));
    const auto found = call.process.execution_options.find(name);
    if (found == call.process.execution_options.end()) return Status::ObjectNameNotFound;
    return Value.store(found->second).status();
}

template<class Abi>
Status NtOrielFaultEvent(Call<Abi>& call, std::uint32_t Event, Address Record, std::uint32_t Length) {
    if (Length > sizeof(nt::HeapFaultRecord)) return Status::InvalidParameter3;
    std::vector<std::byte> record(Length);
    TRY(copy_from_guest(record.data(), Record, record.size()));
    if (call.process.on_fault_event) call.process.on_fault_event(call.thread, static_cast<nt::FaultEvent>(Event), record);
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/faults.inst.inc>

// SPDX-License-Identifier: MIT
// observe.cpp: NtOrielObserveHeaps, by which a process tells what its heaps look like.
#include "call.h"

#include <generated/services/decl.h>
#include <nt/oriel_observe.h>

#include <vector>

namespace oriel::services {

template<class Abi>
Status NtOrielObserveHeaps(Call<Abi>& call, Address Records, std::uint32_t Length) {
    using nt::observe::Record;
    ps::HeapObserver* const observer = call.process.heap_observer;
    if (!observer) return Status::AccessDenied;
    if (Length % sizeof(Record) != 0 || Length > nt::observe::most_records * sizeof(Record)) return Status::InvalidParameter;
    std::vector<Record> records(Length / sizeof(Record));
    TRY(copy_from_guest(records.data(), Records, Length));
    TRY(observer->take(call.thread, records));
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/observe.inst.inc>

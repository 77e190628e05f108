// SPDX-License-Identifier: MIT
// sync_objects.cpp: the types of the synchronization objects.
#include <ntdll-emu/ob/sync_objects.h>

namespace oriel::ob {

namespace {

/// Specific right 1 queries, right 2 changes; waiting counts as executing.
constexpr GenericMapping query_and_modify(AccessMask specific) {
    return {.read = access::read_control | 0x1,
            .write = access::read_control | (specific & 0x2),
            .execute = access::read_control | access::synchronize,
            .all = access::standard_all | specific};
}

} // namespace

const Type Event::object_type{u"Event", query_and_modify(0x3), access::standard_all | 0x3};
const Type Mutant::object_type{u"Mutant", query_and_modify(0x1), access::standard_all | 0x1};
const Type Semaphore::object_type{u"Semaphore", query_and_modify(0x3), access::standard_all | 0x3};
const Type Timer::object_type{u"Timer", query_and_modify(0x3), access::standard_all | 0x3};
const Type KeyedEvent::object_type{
    u"KeyedEvent",
    {.read = access::read_control | access::keyed_event_wait,
     .write = access::read_control | access::keyed_event_wake,
     .execute = access::read_control,
     .all = access::standard_required | 0x3},
    access::standard_required | 0x3,
};

} // namespace oriel::ob

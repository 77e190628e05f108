// SPDX-License-Identifier: MIT
// io_completion.cpp: the type of completion ports.
#include <ntdll-emu/ob/io_completion.h>

namespace oriel::ob {

const Type IoCompletion::object_type{
    u"IoCompletion",
    {.read = access::read_control | access::io_completion_query_state,
     .write = access::read_control | access::io_completion_modify_state,
     .execute = access::read_control | access::synchronize,
     .all = access::standard_all | 0x3},
    access::standard_all | 0x3,
};

} // namespace oriel::ob

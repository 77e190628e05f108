// SPDX-License-Identifier: MIT
// directory.cpp: the types of directories and symbolic links.
#include <ntdll-emu/ob/directory.h>
#include <ntdll-emu/ob/symbolic_link.h>

namespace oriel::ob {

// Masks as in "Windows Driver Kit", wdm.h: DIRECTORY_ALL_ACCESS, SYMBOLIC_LINK_ALL_ACCESS.
const Type Directory::object_type{
    .name = u"Directory",
    .generic = {.read = access::read_control | access::directory_query | access::directory_traverse,
                .write = access::read_control | access::directory_create_object
                       | access::directory_create_subdirectory,
                .execute = access::read_control | access::directory_query | access::directory_traverse,
                .all = access::standard_required | 0xF},
    .valid = access::standard_required | 0xF,
    .case_insensitive = true,
};

const Type SymbolicLink::object_type{
    .name = u"SymbolicLink",
    .generic = {.read = access::read_control | access::symbolic_link_query,
                .write = access::read_control,
                .execute = access::read_control | access::symbolic_link_query,
                .all = access::standard_required | access::symbolic_link_query},
    .valid = access::standard_required | access::symbolic_link_query,
    .case_insensitive = true,
};

} // namespace oriel::ob

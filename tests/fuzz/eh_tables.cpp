// SPDX-License-Identifier: MIT
// eh_tables.cpp: the reader of C++'s exception tables (frame handler 4) on arbitrary bytes.
//
// The input is the image; its first two bytes say where the header is. Reads stay inside, walks end.
#include <dlls/crt/cxx_eh/eh_data4.h>

#include <cstdlib>

using namespace oriel::crt::cxx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3 || size > 0x10000) return 0;
    const Offset header = (data[0] | data[1] << 8) % size;
    const auto tables = Tables4::open({data, static_cast<Offset>(size)}, header, 0x10);
    if (!tables) return 0;
    for (const std::int32_t state : {0, 1, 2, 3, 7, 100}) {
        std::int32_t before = state;
        tables->walk(state, empty_state, [&](const UnwindAction&, std::int32_t next) {
            if (next >= before) std::abort(); // it would not end
            before = next;
        });
    }
    for (const Offset place : {0u, 0x10u, 0x20u, 0x1000u, 0xFFFFFFFFu}) (void)tables->state_at(place);
    int blocks = 0;
    tables->each_try_block([&](const TryBlock& block) {
        int handlers = 0;
        tables->each_handler(block, [&](const Handler&) { return ++handlers == 100; });
        return ++blocks == 100;
    });
    return 0;
}

// SPDX-License-Identifier: MIT
#include "surroundings_native.h"

#include <algorithm>
#include <cstring>

namespace oriel::rtl::heap::debug {

namespace test {
Surroundings& surroundings_now() {
    static Surroundings the_surroundings;
    return the_surroundings;
}
} // namespace test

namespace surroundings {

using test::surroundings_now;

std::uint32_t capture_stack(std::uint64_t* frames, std::uint32_t room) {
    const auto& stack = surroundings_now().stack;
    const auto count = std::min<std::size_t>(room, stack.size());
    std::copy_n(stack.begin(), count, frames);
    return static_cast<std::uint32_t>(count);
}

bool execution_option(const char16_t* name, std::uint32_t& value) {
    const auto found = surroundings_now().options.find(name);
    if (found == surroundings_now().options.end()) return false;
    value = found->second;
    return true;
}

namespace {
template<class T>
void keep(std::vector<T>& in, const void* data) {
    T record;
    std::memcpy(&record, data, sizeof record);
    in.push_back(record);
}
} // namespace

void send(nt::FaultEvent event, const void* data, std::uint32_t) {
    if (event == nt::FaultEvent::HeapFault) keep(surroundings_now().faults, data);
    if (event == nt::FaultEvent::LeakGroup) keep(surroundings_now().leaks, data);
    if (event == nt::FaultEvent::Refusal) keep(surroundings_now().refusals, data);
}

void break_in() { ++surroundings_now().breaks; }
void watch_access_violations(AccessObserver observer) { surroundings_now().observer = observer; }

} // namespace surroundings

} // namespace oriel::rtl::heap::debug

// SPDX-License-Identifier: MIT
// exception_words.cpp: an exception in words.
#include "crash_facts.h"

#include <loader/start/symbols/guest_memory.h>
#include <ntdll-emu/rtl/exception/memory_reader.h>

#include <algorithm>

namespace oriel::start::crash {
namespace {

using Record = nt::EXCEPTION_RECORD<nt::Nt64>;

constexpr std::uint32_t microsoft_cxx = 0xE06D7363, gcc_cxx = 0x20474343;

struct Words {
    Status code;
    const char* text;
};
constexpr Words plain_words[] = {
    {Status::StackOverflow, "the stack is full"},
    {Status::IntegerDivideByZero, "an integer was divided by zero"},
    {Status::IntegerOverflow, "the quotient of a division does not fit its register"},
    {Status::IllegalInstruction, "the CPU does not know this instruction"},
    {Status::PrivilegedInstruction, "only the system may run this instruction"},
    {Status::Breakpoint, "a breakpoint, and there is no debugger"},
    {Status::SingleStep, "a single step, and there is no debugger"},
    {Status::DatatypeMisalignment, "data are not aligned, and the alignment check is on"},
    {Status::ArrayBoundsExceeded, "an index is out of bounds"},
    {Status::FloatDivideByZero, "a floating-point number was divided by zero"},
    {Status::FloatInvalidOperation, "a floating-point operation without a result"},
    {Status::FloatOverflow, "a floating-point result is too large"},
    {Status::FloatUnderflow, "a floating-point result is too small"},
    {Status::FloatInexactResult, "a floating-point result is not exact"},
    {Status::FloatStackCheck, "the x87 stack is full or empty"},
    {Status::NoncontinuableException, "a handler continued an exception that cannot be continued"},
    {Status::InvalidDisposition, "a handler answered something that is no answer"},
    {Status::BadStack, "the stack cannot be unwound"},
    {Status::AssertionFailure, "an assertion failed"},
    {Status::NoMemory, "there is no memory left"},
};

/// FAIL_FAST_* of winnt.h, those that runtimes use.
constexpr std::pair<std::uint64_t, const char*> fast_fail_words[] = {
    {0, "a stack buffer was overrun (old GS check)"}, {1, "a virtual function table was damaged"},
    {2, "a stack buffer was overrun: the function's cookie is damaged"}, {3, "a list is damaged"}, {4, "a stack pointer is wrong"},
    {5, "an invalid argument was given to a function of the C library"}, {6, "the GS cookie was not initialised"},
    {7, "the program ended itself (abort or terminate)"}, {8, "an array index is out of bounds"}, {10, "a call goes where it must not (control flow guard)"},
};

std::string access_sentence(const Record& record) {
    const std::uint64_t kind = record.ExceptionInformation[0], address = record.ExceptionInformation[1];
    if (record.ExceptionCode == Status::AccessViolation && kind == nt::access_violation::read && address == ~std::uint64_t{0})
        return "it used an address that is not canonical, or not aligned (the CPU does not say which)";
    const char* verb = kind == nt::access_violation::write ? "it wrote" : kind == nt::access_violation::execute ? "it executed" : "it read";
    return std::string(verb) + " address " + hex(address);
}

/// The decorated name of what Microsoft's C++ runtime threw: the first type of its ThrowInfo.
std::string thrown_type(const Record& record) {
    const GuestMemory memory;
    const std::uint64_t info = record.ExceptionInformation[2], base = record.ExceptionInformation[3];
    const auto types = rtl::read_value<std::uint32_t>(memory, info + 12);
    const auto first = types ? rtl::read_value<std::uint32_t>(memory, base + *types + 4) : std::nullopt;
    const auto descriptor = first ? rtl::read_value<std::uint32_t>(memory, base + *first + 4) : std::nullopt;
    if (!descriptor) return {};
    std::string name;
    constexpr std::size_t longest = 120;
    for (char next = 0; name.size() < longest && memory.read(base + *descriptor + 16 + name.size(), &next, 1) && next >= ' ';) name += next;
    return name;
}

} // namespace

std::string sentence_of(const Record& record) {
    const auto code = static_cast<std::uint32_t>(record.ExceptionCode);
    if (code == gcc_cxx) return "a C++ exception that nobody catches";
    if (code == microsoft_cxx) {
        const std::string type = record.NumberParameters >= 4 ? thrown_type(record) : std::string();
        return "a C++ exception that nobody catches" + (type.empty() ? std::string() : ", of type " + type);
    }
    if (record.NumberParameters >= 2) {
        if (record.ExceptionCode == Status::AccessViolation) return access_sentence(record);
        if (record.ExceptionCode == Status::GuardPageViolation) return access_sentence(record) + ", the first time";
        if (record.ExceptionCode == Status::InPageError) return access_sentence(record) + ", and the file behind it has no such page";
    }
    if (record.ExceptionCode == Status::StackBufferOverrun && record.NumberParameters >= 1) {
        for (const auto& [number, text] : fast_fail_words)
            if (number == record.ExceptionInformation[0]) return std::string(text) + ": __fastfail(" + std::to_string(number) + ")";
        return "__fastfail(" + std::to_string(record.ExceptionInformation[0]) + ")";
    }
    const auto* found = std::ranges::find(plain_words, record.ExceptionCode, &Words::code);
    return found != std::end(plain_words) ? found->text : "";
}

} // namespace oriel::start::crash

// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/undone_stub.h>

namespace oriel::rtl::ldr {

namespace {

struct Undone {
    const char* dll;
    const char* function;
    const Undone* next; ///< all there are, for whoever looks with a debugger
};

/// Where every stub jumps to, with its own names.
[[noreturn]] void NT_API call_of_undone(const Undone* undone) {
    (void)NtOrielReportUndone(const_cast<char*>(undone->dll), const_cast<char*>(undone->function));
    NtExceptionRecord record{};
    record.ExceptionCode = static_cast<decltype(record.ExceptionCode)>(Status::EntrypointNotFound);
    record.ExceptionFlags = 1; // noncontinuable
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = reinterpret_cast<Word>(undone->dll);
    record.ExceptionInformation[1] = reinterpret_cast<Word>(undone->function);
    RtlRaiseException(&record);
    __builtin_trap();
}

#if defined(__x86_64__)
constexpr std::size_t stub_bytes = 24;
void write_stub(unsigned char* code, const Undone* undone) {
    const auto names = reinterpret_cast<std::uintptr_t>(undone);
    const auto target = reinterpret_cast<std::uintptr_t>(&call_of_undone);
    code[0] = 0x48, code[1] = 0xB9; // mov rcx, names
    std::memcpy(code + 2, &names, 8);
    code[10] = 0x48, code[11] = 0xB8; // mov rax, target
    std::memcpy(code + 12, &target, 8);
    code[20] = 0xFF, code[21] = 0xE0; // jmp rax
}
#else
constexpr std::size_t stub_bytes = 16;
void write_stub(unsigned char* code, const Undone* undone) {
    const auto names = reinterpret_cast<std::uintptr_t>(undone);
    const auto target = reinterpret_cast<std::uintptr_t>(&call_of_undone);
    code[0] = 0x68; // push names
    std::memcpy(code + 1, &names, 4);
    code[5] = 0xB8; // mov eax, target
    std::memcpy(code + 6, &target, 4);
    code[10] = 0xFF, code[11] = 0xD0; // call eax, which does not return
}
#endif

constexpr Word page_bytes = 0x10000; ///< one allocation granule: some 2,700 stubs

/// Under the loader lock.
struct StubPages {
    unsigned char* next = nullptr;
    std::size_t left = 0;
};
constinit StubPages pages;
constinit const Undone* all_undone = nullptr;

unsigned char* take_code() {
    if (pages.left < stub_bytes) {
        void* base = nullptr;
        Word bytes = page_bytes;
        const Status status = NtAllocateVirtualMemory(current_process, &base, 0, &bytes,
                                                      nt::MEM_RESERVE | nt::MEM_COMMIT, nt::PAGE_EXECUTE_READWRITE);
        if (!nt::is_success(status)) return nullptr;
        pages = {static_cast<unsigned char*>(base), page_bytes};
    }
    unsigned char* code = pages.next;
    pages.next += stub_bytes;
    pages.left -= stub_bytes;
    return code;
}

/// "#12"
std::size_t write_ordinal(char* to, std::uint32_t ordinal) {
    char digits[10];
    std::size_t count = 0;
    do digits[count++] = static_cast<char>('0' + ordinal % 10);
    while ((ordinal /= 10) != 0);
    *to++ = '#';
    for (std::size_t i = count; i > 0; --i) *to++ = digits[i - 1];
    *to = 0;
    return count + 2;
}

} // namespace

void* make_undone_stub(const Module& dll, const char* name, std::uint32_t ordinal) {
    const auto dll_name = dll.name();
    const std::size_t name_bytes = name != nullptr ? std::strlen(name) + 1 : 16;
    auto* memory = static_cast<std::byte*>(allocate(sizeof(Undone) + dll_name.size() + 1 + name_bytes));
    unsigned char* code = memory != nullptr ? take_code() : nullptr;
    if (code == nullptr) {
        release(memory);
        return nullptr;
    }
    auto* text = reinterpret_cast<char*>(memory + sizeof(Undone));
    auto* undone = new (memory) Undone{text, text + dll_name.size() + 1, all_undone};
    all_undone = undone;
    for (const char16_t c : dll_name) *text++ = static_cast<char>(c);
    *text++ = 0;
    if (name != nullptr) std::memcpy(text, name, name_bytes);
    else write_ordinal(text, ordinal);
    write_stub(code, undone);
    return code;
}

} // namespace oriel::rtl::ldr

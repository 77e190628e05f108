// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/tls.h>

#include <ntdll-emu/rtl/ldr/tls_layout.h>
#include <nt/process_information.h>

#include <utility>

namespace oriel::rtl::ldr {

namespace {

/// A thread's array, with its slots behind it.
struct TlsArray {
    TlsArray* next_thread;
    TlsArray* replaced; ///< smaller ones that it had before
    Teb* teb;
    Word thread_id;
    std::uint32_t capacity;

    [[nodiscard]] void** slots() { return reinterpret_cast<void**>(this + 1); }
};

constexpr std::uint32_t spare_slots = 32;

struct Tls {
    NtSrwLock lock{};
    TlsIndexes indexes;
    TlsTemplate templates[TlsIndexes::most]; ///< by index; alignment 0: free
    TlsArray* threads = nullptr;
};
constinit Tls tls;

const nt::IMAGE_TLS_DIRECTORY<Native>* directory_of(const Module& module) {
    return module.image.directory_at<nt::IMAGE_TLS_DIRECTORY<Native>>(ImageDirectory::Tls);
}

TlsArray* make_array(Teb* teb, Word thread_id, std::uint32_t capacity) {
    const std::size_t bytes = sizeof(TlsArray) + capacity * sizeof(void*);
    void* memory = allocate(bytes);
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0, bytes);
    return new (memory) TlsArray{nullptr, nullptr, teb, thread_id, capacity};
}

bool copy_template(TlsArray& array, std::uint32_t index) {
    const TlsTemplate& from = tls.templates[index];
    void* allocation = allocate(from.allocation_bytes());
    if (allocation == nullptr) return false;
    array.slots()[index] = from.make_copy(allocation);
    return true;
}

void drop_copy(TlsArray& array, std::uint32_t index) {
    if (index >= array.capacity || array.slots()[index] == nullptr) return;
    release(TlsTemplate::allocation_of(array.slots()[index]));
    array.slots()[index] = nullptr;
}

/// Makes room for `index` in a thread's array. `link` is what points to the array.
bool grow(TlsArray*& link, std::uint32_t index) {
    TlsArray* old = link;
    if (index < old->capacity) return true;
    TlsArray* larger = make_array(old->teb, old->thread_id, index + 1 + spare_slots);
    if (larger == nullptr) return false;
    std::memcpy(larger->slots(), old->slots(), old->capacity * sizeof(void*));
    larger->next_thread = old->next_thread;
    larger->replaced = old;
    link = larger;
    old->teb->ThreadLocalStoragePointer = reinterpret_cast<nt::Ptr<Native, void>*>(larger->slots());
    return true;
}

void drop_everywhere(std::uint32_t index) {
    for (TlsArray* array = tls.threads; array != nullptr; array = array->next_thread) drop_copy(*array, index);
}

void drop_array(TlsArray* array) {
    for (std::uint32_t index = 0; index < array->capacity; ++index) drop_copy(*array, index);
    while (array != nullptr) {
        TlsArray* replaced = array->replaced;
        release(array);
        array = replaced;
    }
}

/// Drops the array of a TEB, if there is one.
void drop_array_of(const Teb* teb) {
    for (TlsArray** link = &tls.threads; *link != nullptr; link = &(*link)->next_thread) {
        if ((*link)->teb != teb) continue;
        return drop_array(std::exchange(*link, (*link)->next_thread));
    }
}

bool is_alive(const TlsArray& array) {
    nt::CLIENT_ID<Native> id{0, array.thread_id};
    nt::OBJECT_ATTRIBUTES<Native> attributes{};
    attributes.Length = sizeof attributes;
    void* thread = nullptr;
    constexpr std::uint32_t query_limited_information = 0x0800;
    if (!nt::is_success(NtOpenThread(&thread, query_limited_information, &attributes, &id))) return false;
    nt::THREAD_BASIC_INFORMATION<Native> facts{};
    const Status asked =
        NtQueryInformationThread(thread, static_cast<std::uint32_t>(nt::ThreadInformationClass::Basic), &facts, sizeof facts, nullptr);
    NtClose(thread);
    return nt::is_success(asked) && facts.TebBaseAddress == reinterpret_cast<Word>(array.teb);
}

/// Threads that TerminateThread ended never said so; their TEBs may be gone.
void drop_arrays_of_ended_threads() {
    for (TlsArray** link = &tls.threads; *link != nullptr;) {
        if ((*link)->teb == nt::current_teb() || is_alive(**link)) link = &(*link)->next_thread;
        else drop_array(std::exchange(*link, (*link)->next_thread));
    }
}

/// Whether the directory's addresses lie in the image; the copy's plan if so.
bool read_template(const Module& module, const nt::IMAGE_TLS_DIRECTORY<Native>& directory, TlsTemplate& to) {
    const Word start = directory.StartAddressOfRawData;
    const Word end = directory.EndAddressOfRawData;
    if (end < start) return false;
    to.bytes = end - start;
    const auto* first = reinterpret_cast<const std::byte*>(start);
    if (to.bytes != 0 && (!module.image.holds(first) || !module.image.holds(first + to.bytes - 1))) return false;
    to.start = first;
    to.zero_bytes = directory.SizeOfZeroFill;
    to.alignment = TlsTemplate::alignment_of(directory.Characteristics);
    return true;
}

} // namespace

Status start_tls(Module& module) {
    const auto* directory = directory_of(module);
    if (directory == nullptr || module.tls_index >= 0) return Status::Success;
    TlsTemplate plan;
    auto* index_variable = reinterpret_cast<std::uint32_t*>(directory->AddressOfIndex);
    if (!read_template(module, *directory, plan)) return Status::InvalidImageFormat;

    const HeldExclusively held(tls.lock);
    drop_arrays_of_ended_threads();
    const auto index = tls.indexes.take();
    if (!index) return Status::NoMemory;
    tls.templates[*index] = plan;
    for (TlsArray** link = &tls.threads; *link != nullptr; link = &(*link)->next_thread) {
        if (grow(*link, *index) && copy_template(**link, *index)) continue;
        drop_everywhere(*index);
        tls.templates[*index] = {};
        tls.indexes.give_back(*index);
        return Status::NoMemory;
    }
    if (index_variable != nullptr && module.image.holds(index_variable)) *index_variable = *index;
    module.tls_index = static_cast<std::int32_t>(*index);
    return Status::Success;
}

void end_tls(Module& module) {
    if (module.tls_index < 0) return;
    const HeldExclusively held(tls.lock);
    const auto index = static_cast<std::uint32_t>(module.tls_index);
    drop_everywhere(index);
    tls.templates[index] = {};
    tls.indexes.give_back(index);
    module.tls_index = -1;
}

Status start_thread_tls() {
    Teb* teb = nt::current_teb();
    const HeldExclusively held(tls.lock);
    drop_array_of(teb); // another thread had this TEB, and was terminated
    const std::uint32_t count = tls.indexes.high_water();
    TlsArray* array = make_array(teb, teb->ClientId.UniqueThread, count + spare_slots);
    if (array == nullptr) return Status::NoMemory;
    for (std::uint32_t index = 0; index < count; ++index) {
        if (tls.templates[index].alignment == 0 || copy_template(*array, index)) continue;
        while (index > 0) drop_copy(*array, --index);
        release(array);
        return Status::NoMemory;
    }
    array->next_thread = tls.threads;
    tls.threads = array;
    teb->ThreadLocalStoragePointer = reinterpret_cast<nt::Ptr<Native, void>*>(array->slots());
    return Status::Success;
}

void end_thread_tls() {
    Teb* teb = nt::current_teb();
    const HeldExclusively held(tls.lock);
    teb->ThreadLocalStoragePointer = nullptr;
    drop_array_of(teb);
}

void call_tls_callbacks(Module& module, nt::DllReason reason, void* reserved) {
    using Callback = void(NT_API*)(void* base, nt::DllReason reason, void* reserved);
    const auto* directory = directory_of(module);
    if (directory == nullptr || directory->AddressOfCallBacks == 0) return;
    const auto* callbacks = reinterpret_cast<const Word*>(directory->AddressOfCallBacks);
    if (!module.image.holds(callbacks)) return;
    for (; *callbacks != 0; ++callbacks) reinterpret_cast<Callback>(*callbacks)(module.DllBase, reason, reserved);
}

} // namespace oriel::rtl::ldr

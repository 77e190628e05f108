// SPDX-License-Identifier: MIT
// services.cpp: every service with arguments that no program would give, by the typed dispatch that the gate uses.
//
// The input is a list of choices (arguments.h): which service, and each of its arguments. A sequence of calls shares one
// process, so what one made another may take apart. After each call: mm is sound and agrees with the host, the host's
// memory is as it was, no lock is held, the thread and the handle table are sound. ASan and UBSan see the rest.
#include "arguments.h"
#include "left_out.h"

#include <nt/file.h>
#include <nt/memory.h>

#include <algorithm>

using namespace oriel;

namespace oriel::fuzz {
namespace {

constexpr unsigned most_calls = 24;

std::vector<std::size_t> services_to_call() {
    std::vector<std::size_t> numbers;
    const auto descriptions = services::service_descriptions();
    for (std::size_t i = 0; i < descriptions.size(); ++i)
        if (!descriptions[i].undone && !is_left_out(descriptions[i].name)) numbers.push_back(i);
    return numbers;
}

std::size_t number_of(std::string_view name) {
    const auto descriptions = services::service_descriptions();
    const auto at = std::ranges::find(descriptions, name, &services::Description::name);
    require(at != descriptions.end(), "a service that the fuzzer wants is not in the spec");
    return static_cast<std::size_t>(at - descriptions.begin());
}

class Session {
public:
    Session(GuestProcess& guest, Choices& choices) : m_guest(guest), m_choices(choices), m_arguments(guest, choices) {}

    void run() {
        make_objects();
        static const std::vector<std::size_t> numbers = services_to_call();
        for (unsigned calls = 0; calls < most_calls && !m_choices.are_over(); ++calls) {
            if (!m_guest.restore_memory() || m_guest.thread().ke().is_terminating()) return;
            call_at_random(numbers[m_choices.pick(numbers.size())]);
        }
    }

private:
    /// A 64-bit program's call, or a 32-bit one's: all guest memory lies where both can have it.
    template<class Abi = nt::Nt64>
    Status call(std::size_t number, const services::Slots& slots) {
        services::Call<Abi> call{m_guest.process(), m_guest.thread()};
        try {
            return services::entries<Abi>()[number].thunk(call, slots);
        } catch (const std::bad_alloc&) {
            return Status::NoMemory; // as the dispatcher does
        }
    }

    void call_at_random(std::size_t number) {
        const services::Description& service = services::service_descriptions()[number];
        const services::Slots slots = m_arguments.make(service);
        const Status status = m_choices.pick(8) == 0 ? call<nt::Nt32>(number, slots) : call(number, slots);
        (void)m_guest.thread().take_exit();
        if (!nt::is_error(status)) keep_handles(service, slots);
        m_guest.process().check_memory();
        require(m_arguments.host_memory_is_as_it_was(), "a service wrote into the host's memory");
        require(!ke::any_ranked_lock_held(), "a service kept a lock");
        if (const char* fault = m_guest.process().handles.fault()) require(false, fault);
        settle_thread();
    }

    void keep_handles(const services::Description& service, const services::Slots& slots) {
        for (std::size_t i = 0; i < service.arguments.size(); ++i) {
            if (service.arguments[i].kind != services::ArgumentKind::HandlePointer) continue;
            const auto handle = UserPtr<std::uint64_t>(Address(slots[i])).capture();
            if (handle.ok()) m_arguments.add_handle(*handle);
        }
    }

    /// What the gate's exit would do before guest code goes on.
    void settle_thread() {
        ke::Thread& thread = m_guest.thread().ke();
        while (thread.suspend_count() != 0) (void)thread.resume();
        while (thread.take_user_apc()) {}
    }

    /// A handle of most types, made by the services themselves.
    void make_objects() {
        const std::uint64_t out = data_at.value(), status_block = (data_at + 0x100).value(), attributes = (data_at + 0x1000).value();
        const std::uint64_t all = 0x02000000, size = (data_at + 0x200).value();
        const auto make = [&](std::string_view name, services::Slots slots) {
            if (nt::is_error(call(number_of(name), slots))) return;
            if (const auto handle = UserPtr<std::uint64_t>(data_at).capture(); handle.ok()) m_arguments.add_handle(*handle);
        };
        make("NtCreateEvent", {out, all, 0, 0, 1});
        make("NtCreateMutant", {out, all, 0, 0});
        make("NtCreateSemaphore", {out, all, 0, 1, 5});
        make("NtCreateTimer", {out, all, 0, 0});
        make("NtCreateIoCompletion", {out, all, 0, 0});
        make("NtCreateKeyedEvent", {out, all, 0, 0});
        make("NtOpenProcessToken", {~0ULL, all, out});
        constexpr std::uint64_t section_bytes = 0x12000;
        (void)copy_to_guest(Address(size), &section_bytes, sizeof section_bytes);
        make("NtCreateSection", {out, all, 0, size, nt::PAGE_READWRITE, nt::SEC_COMMIT, 0});
        const struct {
            std::u16string_view name;
            std::uint32_t options;
        } files[] = {{u"\\??\\C:\\Users\\me\\a.txt", nt::FILE_SYNCHRONOUS_IO_NONALERT}, {u"\\??\\C:\\Users\\me\\dir", nt::FILE_DIRECTORY_FILE | nt::FILE_SYNCHRONOUS_IO_NONALERT},
                     {u"\\??\\C:\\Users\\me\\long.bin", 0}, {u"\\??\\C:\\Users\\me\\image.dll", nt::FILE_SYNCHRONOUS_IO_NONALERT}};
        for (const auto& file : files) {
            nt::UNICODE_STRING<nt::Nt64> name{};
            name.Length = name.MaximumLength = static_cast<std::uint16_t>(file.name.size() * 2);
            name.Buffer.value = attributes + 0x200;
            nt::OBJECT_ATTRIBUTES<nt::Nt64> object{};
            object.Length = sizeof object;
            object.ObjectName.value = attributes + 0x100;
            object.Attributes = nt::OBJ_CASE_INSENSITIVE;
            (void)copy_to_guest(Address(attributes), &object, sizeof object);
            (void)copy_to_guest(Address(attributes + 0x100), &name, sizeof name);
            (void)copy_to_guest(Address(attributes + 0x200), file.name.data(), file.name.size() * 2);
            make("NtOpenFile", {out, nt::FILE_GENERIC_READ | nt::FILE_GENERIC_WRITE | 0x10000, attributes, status_block, 7, file.options});
        }
        const auto insert = [&](ob::Ref<ob::Object> object) {
            const auto handle = m_guest.process().handles.insert(std::move(object), ps::thread_access::all);
            if (handle.ok()) m_arguments.add_handle(static_cast<std::uint64_t>(*handle));
        };
        insert(m_guest.companion());
    }

    GuestProcess& m_guest;
    Choices& m_choices;
    Arguments m_arguments;
};

} // namespace
} // namespace oriel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace oriel::fuzz;
    static Host host;
    Choices choices({data, size});
    GuestProcess guest(host);
    guest.run([&] { Session(guest, choices).run(); });
    return 0;
}

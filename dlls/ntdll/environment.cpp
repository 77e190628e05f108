// SPDX-License-Identifier: MIT
// environment.cpp: ntdll's environment functions.
//
// The process' own block hangs on the process parameters and is changed under the PEB lock. The host makes the
// first one together with the parameters, so it is no heap block: it is left alone when it is replaced.
// Every block made here remembers nothing; its size is counted when it is needed.
#include <nt/rtl_environment.h>

#include <nt/peb.h>
#include <nt/rtl_process.h>
#include <ntdll-emu/rtl/environment.h>
#include <ntdll-emu/rtl/memory_block.h>

using namespace oriel::rtl;
using nt::Status;

namespace {

nt::RTL_USER_PROCESS_PARAMETERS<nt::Native>& parameters() {
    return *nt::current_teb()->ProcessEnvironmentBlock->ProcessParameters;
}

class PebLockHold {
public:
    PebLockHold() { RtlAcquirePebLock(); }
    ~PebLockHold() { RtlReleasePebLock(); }
    PebLockHold(const PebLockHold&) = delete;
};

constinit bool first_block_replaced = false; ///< guarded by the PEB lock

/// The process' block becomes `block`; the old one is freed if it is ours. Under the PEB lock.
void replace_own(char16_t* block) {
    char16_t* const old = parameters().Environment;
    parameters().Environment = block;
    parameters().EnvironmentSize =
        static_cast<nt::uptr<nt::Native>>(EnvironmentView(block).size() * sizeof(char16_t));
    ++parameters().EnvironmentVersion;
    if (first_block_replaced && old != nullptr) free_memory(old);
    first_block_replaced = true;
}

char16_t* copy_of(const char16_t* block) {
    const std::size_t size = EnvironmentView(block).size();
    MemoryBlock<char16_t> copy(size);
    if (!copy) return nullptr;
    for (std::size_t i = 0; i < size; ++i) copy.get()[i] = block != nullptr ? block[i] : u'\0';
    return copy.give_away();
}

Status query(const char16_t* block, Text name, char16_t* to, std::size_t room, std::size_t* length) {
    Variable found;
    if (!EnvironmentView(block).find(name, found)) return Status::VariableNotFound;
    if (found.value.size() > room) {
        *length = found.value.size() + 1;
        return Status::BufferTooSmall;
    }
    *length = found.value.size();
    for (std::size_t i = 0; i < found.value.size(); ++i) to[i] = found.value[i];
    if (room > found.value.size()) to[found.value.size()] = 0;
    return Status::Success;
}

Status change(char16_t** environment, Text name, const Text* value) {
    // '=' may only be the first character of a name.
    if (name.empty() || name.find(u'=', 1) != Text::npos) return Status::InvalidParameter;
    const bool own = environment == nullptr;
    const char16_t* const block = own ? parameters().Environment.get() : *environment;
    const EnvironmentChange plan = plan_change(block, name, value);
    if (value == nullptr && !plan.found) return Status::VariableNotFound;
    MemoryBlock<char16_t> changed(plan.new_size);
    if (!changed) return Status::NoMemory;
    apply_change(block, plan, name, value, changed.get());
    if (own) {
        replace_own(changed.give_away());
    } else {
        if (*environment != nullptr) free_memory(*environment);
        *environment = changed.give_away();
    }
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlQueryEnvironmentVariable(char16_t* Environment, const char16_t* Name,
                                                    std::size_t NameLength, char16_t* Value, std::size_t ValueLength,
                                                    std::size_t* ReturnLength) {
    const PebLockHold hold;
    const char16_t* const block = Environment != nullptr ? Environment : parameters().Environment.get();
    std::size_t length = 0;
    const Status status = query(block, {Name, NameLength}, Value, ValueLength, &length);
    if (ReturnLength != nullptr && status != Status::VariableNotFound) *ReturnLength = length;
    return status;
}

NT_EXPORT Status NT_API RtlQueryEnvironmentVariable_U(char16_t* Environment, const NtUnicodeString* Name,
                                                      NtUnicodeString* Value) {
    const PebLockHold hold;
    const char16_t* const block = Environment != nullptr ? Environment : parameters().Environment.get();
    std::size_t length = 0;
    const Status status =
        query(block, text_of(*Name), Value->Buffer, Value->MaximumLength / sizeof(char16_t), &length);
    if (status == Status::VariableNotFound) return status;
    // Too small: Length says how much is needed, without the NUL.
    if (status == Status::BufferTooSmall) --length;
    Value->Length = static_cast<std::uint16_t>(length * sizeof(char16_t));
    return status;
}

NT_EXPORT Status NT_API RtlSetEnvironmentVar(char16_t** Environment, const char16_t* Name, std::size_t NameLength,
                                             const char16_t* Value, std::size_t ValueLength) {
    const PebLockHold hold;
    const Text value(Value, ValueLength);
    return change(Environment, {Name, NameLength}, Value != nullptr ? &value : nullptr);
}

NT_EXPORT Status NT_API RtlSetEnvironmentVariable(char16_t** Environment, const NtUnicodeString* Name,
                                                  const NtUnicodeString* Value) {
    const PebLockHold hold;
    const Text value = Value != nullptr ? text_of(*Value) : Text();
    return change(Environment, text_of(*Name), Value != nullptr ? &value : nullptr);
}

NT_EXPORT Status NT_API RtlCreateEnvironmentEx(char16_t* SourceEnvironment, char16_t** Environment, std::uint32_t) {
    const PebLockHold hold;
    *Environment = copy_of(SourceEnvironment != nullptr ? SourceEnvironment : parameters().Environment.get());
    return *Environment != nullptr ? Status::Success : Status::NoMemory;
}

NT_EXPORT Status NT_API RtlCreateEnvironment(std::uint8_t CloneCurrentEnvironment, char16_t** Environment) {
    if (CloneCurrentEnvironment) return RtlCreateEnvironmentEx(nullptr, Environment, 0);
    *Environment = copy_of(nullptr);
    return *Environment != nullptr ? Status::Success : Status::NoMemory;
}

NT_EXPORT Status NT_API RtlDestroyEnvironment(char16_t* Environment) {
    if (Environment != nullptr) free_memory(Environment);
    return Status::Success;
}

NT_EXPORT Status NT_API RtlSetCurrentEnvironment(char16_t* Environment, char16_t** PreviousEnvironment) {
    const PebLockHold hold;
    if (PreviousEnvironment == nullptr) {
        replace_own(Environment);
        return Status::Success;
    }
    *PreviousEnvironment = parameters().Environment;
    parameters().Environment = Environment;
    first_block_replaced = true;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlExpandEnvironmentStrings(char16_t* Environment, const char16_t* Source,
                                                    std::size_t SourceLength, char16_t* Destination,
                                                    std::size_t DestinationLength, std::size_t* ReturnLength) {
    const PebLockHold hold;
    const char16_t* const block = Environment != nullptr ? Environment : parameters().Environment.get();
    const Expanded done = expand(block, {Source, SourceLength}, Destination, DestinationLength);
    if (ReturnLength != nullptr) *ReturnLength = done.needed;
    return done.complete ? Status::Success : Status::BufferTooSmall;
}

NT_EXPORT Status NT_API RtlExpandEnvironmentStrings_U(char16_t* Environment, const NtUnicodeString* Source,
                                                      NtUnicodeString* Destination, std::uint32_t* ReturnedLength) {
    const PebLockHold hold;
    const char16_t* const block = Environment != nullptr ? Environment : parameters().Environment.get();
    const Expanded done =
        expand(block, text_of(*Source), Destination->Buffer, Destination->MaximumLength / sizeof(char16_t));
    if (ReturnedLength != nullptr) *ReturnedLength = static_cast<std::uint32_t>(done.needed * sizeof(char16_t));
    if (!done.complete) return Status::BufferTooSmall;
    Destination->Length = static_cast<std::uint16_t>((done.needed - 1) * sizeof(char16_t));
    return Status::Success;
}

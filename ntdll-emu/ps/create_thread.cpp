// SPDX-License-Identifier: MIT
// create_thread.cpp: a thread's stack, TEB and first registers, its run and its end.
//
// Every thread begins in ntdll!LdrInitializeThunk, as on NT: it initialises the process (the first thread) or tells
// the DLLs of the new thread, and then continues with the CONTEXT that it was given, which leads to
// RtlUserThreadStart and from there to the start address.
//
//     stack base                                    (TEB.StackBase)
//        home slots of RtlUserThreadStart
//        CONTEXT        Rip = RtlUserThreadStart, Rcx = start, Rdx = argument
//        home slots of LdrInitializeThunk, a return address of 0
//     RSP                                           Rcx = the CONTEXT, Rdx = ntdll
#include "context.h"
#include "process.h"

#include <nt/exception.h>
#include <nt/peb.h>
#include <oriel/user_ptr.h>

#include <algorithm>

namespace oriel::ps {
namespace {

using Teb = nt::TEB<nt::Nt64>;
using Flags = nt::ContextFlags<nt::Nt64>;

constexpr std::uint64_t home_slots = 0x20;
constexpr std::uint16_t skip_thread_attach = 0x0008; ///< TEB.SameTebFlags

mm::Protection read_write() { return mm::Protection(mm::PageAccess::ReadWrite); }

nt::Context64 start_context(const NtdllEntries& ntdll, const ThreadRequest& request, Address stack_top) {
    nt::Context64 context = {};
    context.ContextFlags = Flags::full | Flags::segments;
    context.Rip = ntdll.rtl_user_thread_start.value();
    context.Rcx = request.start.value();
    context.Rdx = request.argument.value();
    context.Rsp = align_down(stack_top.value() - home_slots, 16) - 8; // as if called: a return address of 0
    context.EFlags = 0x200;
    context.SegCs = 0x33;
    context.SegSs = context.SegDs = context.SegEs = context.SegGs = 0x2B;
    context.SegFs = 0x53;
    context.MxCsr = 0x1F80;
    context.FltSave.MxCsr = 0x1F80;
    context.FltSave.MxCsr_Mask = 0xFFFF;
    context.FltSave.ControlWord = 0x27F;
    return context;
}

struct TebFacts {
    const Thread& thread;
    Address stack_top, stack_limit;
};

template<class Abi>
nt::TEB<Abi> fresh_teb(Address at, const TebFacts& facts) {
    const Process& process = facts.thread.process();
    const auto word = [](Address address) { return static_cast<nt::uptr<Abi>>(address.value()); };
    nt::TEB<Abi> teb = {};
    teb.NtTib.StackBase.value = word(facts.stack_top);
    teb.NtTib.StackLimit.value = word(facts.stack_limit);
    teb.NtTib.Self.value = word(at);
    teb.ClientId = {.UniqueProcess = process.id(), .UniqueThread = facts.thread.id()};
    teb.RealClientId = teb.ClientId;
    teb.ProcessEnvironmentBlock.value = word(Abi::is_64 && process.is_32() ? process.peb64 : process.peb);
    teb.DeallocationStack.value = word(facts.thread.stack_allocation);
    teb.StaticUnicodeString.MaximumLength = sizeof teb.StaticUnicodeBuffer;
    teb.StaticUnicodeString.Buffer.value = word(at + offsetof(nt::TEB<Abi>, StaticUnicodeBuffer));
    teb.CurrentLocale = 0x409;
    return teb;
}

/// Of a 32-bit process. LdrInitializeThunk is stdcall: its arguments lie behind a return address of 0.
nt::Context32 start_context32(const NtdllEntries& ntdll, const ThreadRequest& request, Address stack_top) {
    nt::Context32 context = {};
    context.ContextFlags = nt::ContextFlags<nt::Nt32>::full | nt::ContextFlags<nt::Nt32>::floating_point;
    context.Eip = static_cast<std::uint32_t>(ntdll.rtl_user_thread_start.value());
    context.Eax = static_cast<std::uint32_t>(request.start.value());
    context.Ebx = static_cast<std::uint32_t>(request.argument.value());
    context.Esp = static_cast<std::uint32_t>(align_down(stack_top.value() - 4, 16));
    context.EFlags = 0x200;
    context.SegCs = 0x23;
    context.SegSs = context.SegDs = context.SegEs = context.SegGs = 0x2B;
    context.SegFs = 0x53;
    context.FloatSave.ControlWord = 0x27F;
    context.FloatSave.TagWord = 0xFFFF;
    return context;
}

} // namespace

struct ThreadEntryPoint {
    static void run(void* argument) {
        // The reference that create_thread counted for us: the thread lives as long as it runs.
        const auto thread = ob::Ref<Thread>::adopt(static_cast<Thread*>(argument));
        thread->process().thread_main(*thread);
    }
};

NtResult<> Process::make_stack(Thread& thread, const ThreadRequest& request, Address& top, Address& limit) {
    // "Thread Stack Size": a commit larger than the reserve raises the reserve, to a multiple of 1 MiB.
    std::uint64_t reserve = request.stack_reserve ? request.stack_reserve : image.stack_reserve;
    const std::uint64_t commit = request.stack_commit ? request.stack_commit : image.stack_commit;
    if (commit >= reserve) reserve = align_up(commit + 1, 0x100000);
    const auto bounds = TRY(address_space.create_stack({.reserve = reserve, .commit = commit, .limits = {}}));
    thread.stack_allocation = bounds.deallocation;
    top = bounds.base;
    limit = bounds.limit;
    return {};
}

NtResult<> Process::make_teb(Thread& thread, Address stack_top, Address stack_limit) {
    const auto range = TRY(address_space.reserve({.base = {},
                                                  .bytes = align_up(sizeof(Teb), page_size),
                                                  .protection = read_write(),
                                                  .limits = {},
                                                  .commitment = mm::Commitment::ReserveAndCommit}));
    thread.teb_allocation = range.base();
    thread.set_teb(range.base());
    const Teb teb = fresh_teb<nt::Nt64>(range.base(), {thread, stack_top, stack_limit});
    return copy_to_guest(range.base(), &teb, sizeof teb);
}

/// As under WOW64: the 64-bit TEB, which leads to the 32-bit one two pages further on, and back.
NtResult<> Process::make_teb_pair(Thread& thread, Address stack_top, Address stack_limit) {
    using Teb32 = nt::TEB<nt::Nt32>;
    constexpr std::uint64_t offset = align_up(sizeof(Teb), page_size);
    static_assert(sizeof(Teb32) <= page_size);
    const auto range = TRY(address_space.reserve({.base = {},
                                                  .bytes = offset + page_size,
                                                  .protection = read_write(),
                                                  .limits = {},
                                                  .commitment = mm::Commitment::ReserveAndCommit}));
    thread.teb_allocation = range.base();
    const Address wide_at = range.base(), at = range.base() + offset;
    TRY(thread.set_teb32(at));
    Teb32 teb = fresh_teb<nt::Nt32>(at, {thread, stack_top, stack_limit});
    teb.NtTib.ExceptionList.value = nt::exception_chain_end32;
    teb.WOW32Reserved.value = static_cast<std::uint32_t>(service_entry32.value());
    teb.GdiBatchCount = static_cast<std::uint32_t>(wide_at.value()); // where WOW64 keeps it
    teb.WowTebOffset = -static_cast<std::int32_t>(offset);
    Teb wide = fresh_teb<nt::Nt64>(wide_at, {thread, stack_top, stack_limit});
    wide.NtTib.ExceptionList.value = at.value();
    wide.WowTebOffset = static_cast<std::int32_t>(offset);
    TRY(copy_to_guest(wide_at, &wide, sizeof wide));
    return copy_to_guest(at, &teb, sizeof teb);
}

NtResult<> Thread::set_teb32(Address teb) {
    constexpr int no_memory = 12; // ENOMEM
    m_teb = teb;
    const int refused = gate::make_32(m_gate, static_cast<std::uint32_t>(teb.value()));
    if (refused) return refused == no_memory ? Status::NoMemory : Status::NotSupported;
    return {};
}

NtResult<ob::Ref<Thread>> Process::create_thread(const ThreadRequest& request) {
    if (is_terminating()) return Status::ProcessIsTerminating;
    auto thread = ob::make<Thread>(*this, request.initial);
    Address top, limit;
    TRY(make_stack(*thread, request, top, limit));
    auto made = is_32() ? make_teb_pair(*thread, top, limit) : make_teb(*thread, top, limit);
    if (made.ok()) made = is_32() ? prepare_registers32(*thread, request, top) : prepare_registers(*thread, request, top);
    if (!made.ok()) {
        release_memory_of(*thread);
        return made.failure();
    }
    thread->start_address = request.start.value();
    thread->hidden_from_debugger = request.hidden_from_debugger;
    thread->create_time = static_cast<std::uint64_t>(kernel_dispatcher.clock().system_time().count);

    m_threads.with([&](auto& threads) { threads.push_back(thread); });
    Thread* running = thread.get();
    running->reference();
    if (const auto started = kernel_dispatcher.carrier().start(thread->ke(), {&ThreadEntryPoint::run, running}); !started.ok()) {
        running->release();
        m_threads.with([&](auto& threads) { std::erase(threads, thread); });
        release_memory_of(*thread);
        return started.failure();
    }
    return thread;
}

NtResult<> Process::prepare_registers(Thread& thread, const ThreadRequest& request, Address stack_top) {
    if (request.skip_attach) TRY(UserPtr<std::uint16_t>(thread.teb() + offsetof(Teb, SameTebFlags)).store(skip_thread_attach));
    const nt::Context64 context = start_context(ntdll, request, stack_top);
    const Address context_at((context.Rsp - sizeof context) & ~std::uint64_t{15});
    TRY(copy_to_guest(context_at, &context, sizeof context));
    gate::Registers& registers = thread.gate().registers;
    registers.rip = ntdll.ldr_initialize_thunk.value();
    registers.rsp = context_at.value() - home_slots - 8;
    registers.rcx = context_at.value();
    registers.rdx = ntdll.base.value();
    registers.eflags = 0x202;
    if (request.bare) {
        registers.rip = request.start.value();
        registers.rsp = align_down(stack_top.value() - home_slots, 16) - 8; // as if called: a return address of 0
        registers.rcx = request.argument.value();
    }
    return {};
}

NtResult<> Process::prepare_registers32(Thread& thread, const ThreadRequest& request, Address stack_top) {
    using Teb32 = nt::TEB<nt::Nt32>;
    if (request.skip_attach) TRY(UserPtr<std::uint16_t>(thread.teb() + offsetof(Teb32, SameTebFlags)).store(skip_thread_attach));
    const nt::Context32 context = start_context32(ntdll, request, stack_top);
    const Address context_at{align_down(context.Esp - sizeof context, 16)};
    TRY(copy_to_guest(context_at, &context, sizeof context));
    const auto word = [](Address address) { return static_cast<std::uint32_t>(address.value()); };
    struct CallFrame {
        std::uint32_t return_address, first, second;
    };
    const CallFrame frame = request.bare ? CallFrame{0, word(request.argument), 0} : CallFrame{0, word(context_at), word(ntdll.base)};
    const Address frame_at = context_at - sizeof frame;
    gate::Registers& registers = thread.gate().registers;
    registers.rip = request.bare ? request.start.value() : ntdll.ldr_initialize_thunk.value();
    registers.rsp = frame_at.value();
    registers.eflags = 0x202;
    return copy_to_guest(frame_at, &frame, sizeof frame);
}

void Process::release_memory_of(Thread& thread) {
    if (!thread.stack_allocation.is_null()) (void)address_space.free(thread.stack_allocation, 0, mm::FreeKind::Release);
    if (!thread.teb_allocation.is_null()) (void)address_space.free(thread.teb_allocation, 0, mm::FreeKind::Release);
    thread.stack_allocation = thread.teb_allocation = {};
}

void Process::thread_main(Thread& thread) {
    gate::prepare_host_thread();
    gate::run(thread.gate());
    thread.exit_time = static_cast<std::uint64_t>(kernel_dispatcher.clock().system_time().count);
    const Status status = thread.ke().exit_status();
    if (!is_terminating()) release_memory_of(thread);
    const std::size_t left = m_threads.with([&](auto& threads) {
        std::erase_if(threads, [&](const auto& other) { return other.get() == &thread; });
        return threads.size();
    });
    if (left == 0) terminate(status); // the process ends with its last thread, and with that one's status
    thread.ke().rundown();
}

} // namespace oriel::ps

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
    const Address at = range.base();
    thread.set_teb(at);
    Teb teb = {};
    teb.NtTib.StackBase.value = stack_top.value();
    teb.NtTib.StackLimit.value = stack_limit.value();
    teb.NtTib.Self.value = at.value();
    teb.ClientId = {.UniqueProcess = id(), .UniqueThread = thread.id()};
    teb.RealClientId = teb.ClientId;
    teb.ProcessEnvironmentBlock.value = peb.value();
    teb.DeallocationStack.value = thread.stack_allocation.value();
    teb.StaticUnicodeString.MaximumLength = sizeof teb.StaticUnicodeBuffer;
    teb.StaticUnicodeString.Buffer.value = at.value() + offsetof(Teb, StaticUnicodeBuffer);
    teb.CurrentLocale = 0x409;
    return copy_to_guest(at, &teb, sizeof teb);
}

NtResult<ob::Ref<Thread>> Process::create_thread(const ThreadRequest& request) {
    if (is_terminating()) return Status::ProcessIsTerminating;
    auto thread = ob::make<Thread>(*this, request.initial);
    Address top, limit;
    TRY(make_stack(*thread, request, top, limit));
    if (const auto made = make_teb(*thread, top, limit); !made.ok()) {
        release_memory_of(*thread);
        return made.failure();
    }
    if (request.skip_attach) {
        const UserPtr<std::uint16_t> flags(thread->teb() + offsetof(Teb, SameTebFlags));
        TRY(flags.store(skip_thread_attach));
    }
    const nt::Context64 context = start_context(ntdll, request, top);
    const Address context_at((context.Rsp - sizeof context) & ~std::uint64_t{15});
    if (const auto stored = copy_to_guest(context_at, &context, sizeof context); !stored.ok()) {
        release_memory_of(*thread);
        return stored.failure();
    }
    gate::Registers& registers = thread->gate().registers;
    registers.rip = ntdll.ldr_initialize_thunk.value();
    registers.rsp = context_at.value() - home_slots - 8;
    registers.rcx = context_at.value();
    registers.rdx = ntdll.base.value();
    registers.eflags = 0x202;
    if (request.bare) {
        registers.rip = request.start.value();
        registers.rsp = align_down(top.value() - home_slots, 16) - 8; // as if called: a return address of 0
        registers.rcx = request.argument.value();
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

void Process::release_memory_of(Thread& thread) {
    if (!thread.stack_allocation.is_null()) (void)address_space.free(thread.stack_allocation, 0, mm::FreeKind::Release);
    if (!thread.teb().is_null()) (void)address_space.free(thread.teb(), 0, mm::FreeKind::Release);
    thread.stack_allocation = {};
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

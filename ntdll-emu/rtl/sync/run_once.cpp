// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/run_once.h>
#include <ntdll-emu/rtl/sync/wait_queue.h>

namespace oriel::rtl {

namespace {

using Word = nt::uptr<nt::Native>;
using AtomicWord = std::atomic_ref<Word>;
namespace flag = nt::run_once_flag;

constexpr Word state_mask = 3;
enum State : Word { idle = 0, running = 1, done = 2, running_async = 3 };

Word state_of(Word word) { return word & state_mask; }
void* context_of(Word word) { return reinterpret_cast<void*>(word & ~state_mask); }

} // namespace

Status begin(RunOnce& once, std::uint32_t flags, void** context) {
    const bool check_only = flags & flag::check_only, async = flags & flag::async;
    if (flags & ~(flag::check_only | flag::async)) return Status::InvalidParameter1;
    if (check_only && async) return Status::InvalidParameter2;
    const AtomicWord word(once.Value);
    for (;;) {
        Word now = word.load(std::memory_order_acquire);
        if (state_of(now) == done) {
            if (context != nullptr) *context = context_of(now);
            return Status::Success;
        }
        if (check_only) return Status::Unsuccessful;
        switch (state_of(now)) {
        case idle:
            if (word.compare_exchange_strong(now, async ? running_async : running)) return Status::Pending;
            break;
        case running:
            if (async) return Status::InvalidParameter2;
            park(&once, WaitKind::RunOnce, nullptr, [&] { return state_of(word.load()) == running; });
            break;
        default: // running_async
            return async ? Status::Pending : Status::InvalidParameter2;
        }
    }
}

Status complete(RunOnce& once, std::uint32_t flags, void* context) {
    const bool async = flags & flag::async, failed = flags & flag::init_failed;
    const auto value = reinterpret_cast<Word>(context);
    if (value & state_mask) return Status::InvalidParameter;
    if (flags & ~(flag::async | flag::init_failed)) return Status::InvalidParameter2;
    if (failed && (async || context != nullptr)) return Status::InvalidParameter2;
    const AtomicWord word(once.Value);
    Word now = word.load(std::memory_order_acquire);
    if (async) {
        if (state_of(now) != running_async)
            return state_of(now) == done ? Status::ObjectNameCollision : Status::InvalidParameter2;
        return word.compare_exchange_strong(now, value | done) ? Status::Success : Status::ObjectNameCollision;
    }
    if (state_of(now) != running) return Status::Unsuccessful;
    word.store(failed ? Word{idle} : value | done, std::memory_order_release);
    unpark_all(&once, WaitKind::RunOnce);
    return Status::Success;
}

} // namespace oriel::rtl

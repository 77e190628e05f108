// SPDX-License-Identifier: MIT
// fiber_switch.h: a stack and a place on it where execution can go on.
//
// Boost.Context's fcontext saves the callee-saved registers on the stack that is left and takes those of
// the other stack. Sanitizers follow a thread's one stack and must be told of each switch.
#pragma once

#include <ntdll-emu/hal/host_stack.h>

#include <boost/context/detail/fcontext.hpp>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORIEL_TSAN_FIBERS 1
#include <sanitizer/tsan_interface.h>
#endif
#if __has_feature(address_sanitizer)
#define ORIEL_ASAN_FIBERS 1
#include <sanitizer/common_interface_defs.h>
#endif
#endif

namespace oriel::ke {

class FiberContext {
public:
    /// The first switch here calls function(argument) on the stack; it must not return.
    void prepare(hal::HostStack stack, void (*function)(void*), void* argument) {
        m_stack = stack;
        m_function = function;
        m_argument = argument;
        m_place = boost::context::detail::make_fcontext(
            stack.top(), static_cast<std::size_t>(stack.top() - stack.limit()), first_entered);
#if defined(ORIEL_TSAN_FIBERS)
        m_tsan = __tsan_create_fiber(0);
#endif
    }

    /// Leaves the running context (*this) and goes on in `to`; returns when somebody switches back here.
    void switch_to(FiberContext& to) {
        Transfer transfer{this, &to};
#if defined(ORIEL_TSAN_FIBERS)
        if (!m_tsan) m_tsan = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(to.m_tsan, 0);
#endif
#if defined(ORIEL_ASAN_FIBERS)
        __sanitizer_start_switch_fiber(&m_asan_fake_stack, to.asan_bottom(), to.asan_size());
#endif
        arrived(boost::context::detail::jump_fcontext(to.m_place, &transfer));
    }

    /// The fiber has ended, or is never switched to again.
    void forget() {
#if defined(ORIEL_TSAN_FIBERS)
        if (m_tsan) __tsan_destroy_fiber(m_tsan);
        m_tsan = nullptr;
#endif
    }

private:
    struct Transfer {
        FiberContext* from;
        FiberContext* to;
    };

    /// On the stack that was switched to: notes where the other one stopped.
    static FiberContext& arrived(boost::context::detail::transfer_t came) {
        const Transfer& transfer = *static_cast<Transfer*>(came.data);
        FiberContext& here = *transfer.to;
        transfer.from->m_place = came.fctx;
#if defined(ORIEL_ASAN_FIBERS)
        const void* bottom = nullptr;
        std::size_t size = 0;
        __sanitizer_finish_switch_fiber(here.m_asan_fake_stack, &bottom, &size);
        if (!transfer.from->m_stack) {
            transfer.from->m_asan_bottom = bottom;
            transfer.from->m_asan_size = size;
        }
#endif
        return here;
    }

    static void first_entered(boost::context::detail::transfer_t came) {
        FiberContext& here = arrived(came);
        here.m_function(here.m_argument);
        __builtin_trap();
    }

#if defined(ORIEL_ASAN_FIBERS)
    [[nodiscard]] const void* asan_bottom() const { return m_stack ? m_stack.limit() : m_asan_bottom; }
    [[nodiscard]] std::size_t asan_size() const {
        return m_stack ? static_cast<std::size_t>(m_stack.top() - m_stack.limit()) : m_asan_size;
    }
    void* m_asan_fake_stack = nullptr;
    const void* m_asan_bottom = nullptr; ///< of a context that has no stack of ours (the scheduler's)
    std::size_t m_asan_size = 0;
#endif
    boost::context::detail::fcontext_t m_place = nullptr;
    hal::HostStack m_stack;
    void (*m_function)(void*) = nullptr;
    void* m_argument = nullptr;
#if defined(ORIEL_TSAN_FIBERS)
    void* m_tsan = nullptr;
#endif
};

} // namespace oriel::ke

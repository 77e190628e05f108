// SPDX-License-Identifier: MIT
// fibers.cpp: fibers: switching, what belongs to each, their ends.
// Sources: "Fibers", "CreateFiberEx function", "ConvertThreadToFiberEx function", "SwitchToFiber function",
// "DeleteFiber function", "FlsAlloc function", Microsoft documentation.
#include <gtest/gtest.h>

#include <windows.h>

#include <string>

namespace {

std::string trail;
void* home = nullptr;

void WINAPI writes_and_returns_home(void* name) {
    for (;;) {
        trail += static_cast<const char*>(name);
        EXPECT_EQ(GetFiberData(), name);
        SwitchToFiber(home);
    }
}

/// A thread that is a fiber for the length of a test.
class Fibers : public testing::Test {
protected:
    Fibers() { home = ConvertThreadToFiberEx(const_cast<char*>("home"), FIBER_FLAG_FLOAT_SWITCH); }
    ~Fibers() override {
        if (IsThreadAFiber()) ConvertFiberToThread();
    }
};

TEST_F(Fibers, Take_turns) {
    ASSERT_NE(home, nullptr);
    EXPECT_EQ(GetCurrentFiber(), home);
    EXPECT_STREQ(static_cast<char*>(GetFiberData()), "home");
    EXPECT_TRUE(IsThreadAFiber());
    void* const a = CreateFiber(0, writes_and_returns_home, const_cast<char*>("a"));
    void* const b = CreateFiberEx(0, 0x40000, FIBER_FLAG_FLOAT_SWITCH, writes_and_returns_home, const_cast<char*>("b"));
    ASSERT_NE(a, nullptr);
    ASSERT_NE(b, nullptr);
    trail.clear();
    for (void* next : {a, b, a, a, b}) SwitchToFiber(next);
    EXPECT_EQ(trail, "abaab");
    EXPECT_EQ(GetCurrentFiber(), home);
    DeleteFiber(a);
    DeleteFiber(b);
}

TEST_F(Fibers, A_thread_is_converted_once) {
    SetLastError(0);
    EXPECT_EQ(ConvertThreadToFiber(nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_FIBER});
    EXPECT_TRUE(ConvertFiberToThread());
    EXPECT_FALSE(IsThreadAFiber());
    SetLastError(0);
    EXPECT_FALSE(ConvertFiberToThread());
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_THREAD});
}

// Registers that a call preserves, the rounding mode included, are the fiber's own.
void WINAPI changes_rounding(void*) {
    unsigned int control = 0;
    __asm__ volatile("stmxcsr %0" : "=m"(control));
    EXPECT_EQ(control & 0x6000, 0u);
    control |= 0x6000; // towards zero
    __asm__ volatile("ldmxcsr %0" : : "m"(control));
    SwitchToFiber(home);
}
TEST_F(Fibers, Have_a_control_word_each) {
    void* const fiber = CreateFiberEx(0, 0, FIBER_FLAG_FLOAT_SWITCH, changes_rounding, nullptr);
    volatile double before = 1.25;
    SwitchToFiber(fiber);
    unsigned int control = 0;
    __asm__ volatile("stmxcsr %0" : "=m"(control));
    EXPECT_EQ(control & 0x6000, 0u);
    EXPECT_EQ(before, 1.25);
    DeleteFiber(fiber);
}

// Stacks: the bounds in the TEB change, and a fiber's stack grows.
void* stack_base = nullptr;
__attribute__((noinline)) unsigned deep(unsigned levels) {
    volatile char room[2048];
    room[0] = static_cast<char>(levels);
    room[2047] = 1;
    return levels == 0 ? 0 : deep(levels - 1) + static_cast<unsigned char>(room[2047]);
}
void WINAPI goes_deep(void* depth) {
    stack_base = reinterpret_cast<NT_TIB*>(NtCurrentTeb())->StackBase;
    *static_cast<unsigned*>(depth) = deep(*static_cast<unsigned*>(depth));
    SwitchToFiber(home);
}
TEST_F(Fibers, Have_stacks_that_grow) {
    unsigned depth = 200; // 400 KiB and more
    void* const fiber = CreateFiberEx(0x1000, 0x100000, 0, goes_deep, &depth);
    void* const own_base = reinterpret_cast<NT_TIB*>(NtCurrentTeb())->StackBase;
    SwitchToFiber(fiber);
    EXPECT_EQ(depth, 200u);
    EXPECT_NE(stack_base, own_base);
    EXPECT_EQ(reinterpret_cast<NT_TIB*>(NtCurrentTeb())->StackBase, own_base);
    DeleteFiber(fiber);
}

// "FlsAlloc function": each fiber has values of its own; deleting a fiber calls back for its value.
DWORD slot = FLS_OUT_OF_INDEXES;
int called_back = 0;
void WINAPI count_call(void* value) { called_back += static_cast<int>(reinterpret_cast<INT_PTR>(value)); }
void WINAPI sets_its_value(void* value) {
    EXPECT_EQ(FlsGetValue(slot), nullptr);
    FlsSetValue(slot, value);
    SwitchToFiber(home);
    EXPECT_EQ(FlsGetValue(slot), value);
    SwitchToFiber(home);
}
TEST_F(Fibers, Have_values_each) {
    slot = FlsAlloc(count_call);
    ASSERT_NE(slot, FLS_OUT_OF_INDEXES);
    FlsSetValue(slot, reinterpret_cast<void*>(INT_PTR{100}));
    void* const fiber = CreateFiber(0, sets_its_value, reinterpret_cast<void*>(INT_PTR{7}));
    SwitchToFiber(fiber);
    EXPECT_EQ(FlsGetValue(slot), reinterpret_cast<void*>(INT_PTR{100}));
    SwitchToFiber(fiber);
    called_back = 0;
    DeleteFiber(fiber);
    EXPECT_EQ(called_back, 7);
    FlsSetValue(slot, nullptr);
    FlsFree(slot);
}

// C++ exceptions stay within a fiber's own frames.
void WINAPI throws_and_catches(void* caught) {
    try {
        throw 42;
    } catch (int number) {
        *static_cast<int*>(caught) = number;
    }
    SwitchToFiber(home);
}
TEST_F(Fibers, Catch_what_they_throw) {
    int caught = 0;
    void* const fiber = CreateFiber(0, throws_and_catches, &caught);
    SwitchToFiber(fiber);
    EXPECT_EQ(caught, 42);
    DeleteFiber(fiber);
}

// "CreateFiber function": a fiber's function that returns ends its thread. "DeleteFiber function": deleting the running
// fiber does too.
void WINAPI returns(void*) {}
DWORD WINAPI thread_of_a_fiber_that_returns(void*) {
    ConvertThreadToFiber(nullptr);
    SwitchToFiber(CreateFiber(0, returns, nullptr));
    return 99; // not reached
}
DWORD WINAPI thread_that_deletes_its_fiber(void*) {
    DeleteFiber(ConvertThreadToFiber(nullptr));
    return 99;
}
TEST(FiberThreads, End_with_a_fiber_that_returns_or_deletes_itself) {
    for (LPTHREAD_START_ROUTINE start : {thread_of_a_fiber_that_returns, thread_that_deletes_its_fiber}) {
        HANDLE thread = CreateThread(nullptr, 0, start, nullptr, 0, nullptr);
        ASSERT_EQ(WaitForSingleObject(thread, 20000), DWORD{WAIT_OBJECT_0});
        DWORD code = 99;
        EXPECT_TRUE(GetExitCodeThread(thread, &code));
        EXPECT_NE(code, 99u);
        CloseHandle(thread);
    }
}

// A fiber may go on in another thread than the one that left it.
struct Handover {
    void* fiber;
    void* first_home;
    DWORD first_thread, second_thread;
};
void WINAPI runs_in_two_threads(void* argument) {
    auto& handover = *static_cast<Handover*>(argument);
    handover.first_thread = GetCurrentThreadId();
    SwitchToFiber(home);
    handover.second_thread = GetCurrentThreadId();
    SwitchToFiber(handover.first_home); // the home of the second thread
}
DWORD WINAPI continues_fiber(void* argument) {
    auto& handover = *static_cast<Handover*>(argument);
    handover.first_home = ConvertThreadToFiber(nullptr);
    SwitchToFiber(handover.fiber);
    ConvertFiberToThread();
    return 0;
}
TEST_F(Fibers, Go_on_in_another_thread) {
    Handover handover{};
    handover.fiber = CreateFiber(0, runs_in_two_threads, &handover);
    SwitchToFiber(handover.fiber);
    HANDLE thread = CreateThread(nullptr, 0, continues_fiber, &handover, 0, nullptr);
    ASSERT_EQ(WaitForSingleObject(thread, 20000), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(handover.first_thread, GetCurrentThreadId());
    EXPECT_EQ(handover.second_thread, GetThreadId(thread));
    CloseHandle(thread);
    DeleteFiber(handover.fiber);
}

} // namespace

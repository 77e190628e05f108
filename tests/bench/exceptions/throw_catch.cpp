// SPDX-License-Identifier: MIT
// throw_catch.cpp: nanoseconds for a C++ exception thrown through some frames with destructors, and caught.
#include <chrono>
#include <cstdio>
#include <cstdlib>

volatile int g_destroyed;

struct Object {
    ~Object() { g_destroyed = g_destroyed + 1; }
};

__attribute__((noinline)) int down(int frames) {
    Object object;
    if (frames == 0) throw 42;
    return down(frames - 1) + g_destroyed;
}

__attribute__((noinline)) int catch_one(int frames) {
    try {
        return down(frames);
    } catch (int thrown) {
        return thrown;
    }
}

int main(int count, char** words) {
    const int frames = count > 1 ? std::atoi(words[1]) : 10;
    constexpr int rounds = 4000;
    double best = 1e18;
    for (int batch = 0; batch < 5; ++batch) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < rounds; ++i) catch_one(frames);
        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
        if (took.count() / rounds < best) best = took.count() / rounds;
    }
    std::printf("%.0f\n", best);
}

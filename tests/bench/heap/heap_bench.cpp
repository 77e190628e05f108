// SPDX-License-Identifier: MIT
// heap_bench.cpp: one row of the heap's bench, the same workload for malloc and for HeapAlloc.
//
//   heap_bench ROW [SCALE]        prints: ns per operation, operations, most live blocks, most live bytes
//   heap_bench.exe ROW [SCALE] [private]   "private": a heap of HeapCreate's instead of the process heap
//
// An operation is one call (an allocation, a free or a reallocation). Each block's pages and its last byte
// are written, as a program would. Each row is a process of its own, so that its peak memory can be told;
// run.py does that, and subtracts what the row "nothing" needs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#ifdef _WIN32
#include <windows.h>
static HANDLE the_heap;
static void* get(std::size_t size) { return HeapAlloc(the_heap, 0, size); }
static void give_back(void* block) { HeapFree(the_heap, 0, block); }
static void* resize(void* block, std::size_t size) { return HeapReAlloc(the_heap, 0, block, size); }
static double now() {
    LARGE_INTEGER count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return static_cast<double>(count.QuadPart) * 1e9 / static_cast<double>(frequency.QuadPart);
}
using Body = void (*)(int);
struct Start { Body body; int number; };
static DWORD WINAPI thread_start(void* argument) {
    const Start* start = static_cast<Start*>(argument);
    start->body(start->number);
    return 0;
}
static void on_threads(int count, Body body) {
    HANDLE threads[8];
    Start starts[8];
    for (int i = 0; i < count; ++i) {
        starts[i] = {body, i};
        threads[i] = CreateThread(nullptr, 0, thread_start, &starts[i], 0, nullptr);
    }
    WaitForMultipleObjects(static_cast<DWORD>(count), threads, TRUE, INFINITE);
}
static void pause_thread() { SwitchToThread(); }
#else
#include <pthread.h>
#include <sched.h>
#include <time.h>
static void* get(std::size_t size) { return std::malloc(size); }
static void give_back(void* block) { std::free(block); }
static void* resize(void* block, std::size_t size) { return std::realloc(block, size); }
static double now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}
using Body = void (*)(int);
struct Start { Body body; int number; };
static void* thread_start(void* argument) {
    const Start* start = static_cast<Start*>(argument);
    start->body(start->number);
    return nullptr;
}
static void on_threads(int count, Body body) {
    pthread_t threads[8];
    Start starts[8];
    for (int i = 0; i < count; ++i) {
        starts[i] = {body, i};
        pthread_create(&threads[i], nullptr, thread_start, &starts[i]);
    }
    for (int i = 0; i < count; ++i) pthread_join(threads[i], nullptr);
}
static void pause_thread() { sched_yield(); }
#endif

namespace {

/// The same numbers everywhere (xorshift64*).
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed * 0x9E3779B97F4A7C15u + 1) {}
    std::uint32_t next() {
        m_state ^= m_state >> 12;
        m_state ^= m_state << 25;
        m_state ^= m_state >> 27;
        return static_cast<std::uint32_t>((m_state * 0x2545F4914F6CDD1Du) >> 32);
    }
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>((static_cast<std::uint64_t>(next()) * bound) >> 32);
    }
    std::uint32_t between(std::uint32_t least, std::uint32_t most) { return least + below(most - least + 1); }

private:
    std::uint64_t m_state;
};

struct Result {
    double operations = 0;
    double live_blocks = 0, live_bytes = 0;
};
Result result;
unsigned scale = 1;

void touch(void* block, std::size_t size) {
    for (std::size_t at = 0; at < size; at += 4096) static_cast<volatile char*>(block)[at] = 1;
    static_cast<volatile char*>(block)[size - 1] = 1;
}

void lifo() {
    constexpr int depth = 100;
    void* blocks[depth];
    std::uint32_t sizes[depth];
    Random random(1);
    for (auto& size : sizes) size = random.between(16, 128);
    const unsigned rounds = 100000 * scale;
    for (unsigned round = 0; round < rounds; ++round) {
        for (int i = 0; i < depth; ++i) {
            blocks[i] = get(sizes[i]);
            touch(blocks[i], sizes[i]);
        }
        for (int i = depth; i-- != 0;) give_back(blocks[i]);
    }
    result.operations = 2.0 * depth * rounds;
    result.live_blocks = depth;
}

struct Replacement {
    std::uint32_t slots, least, most, operations;
};

void replace(const Replacement& work, std::uint64_t seed) {
    Random random(seed);
    void** const blocks = static_cast<void**>(get(work.slots * sizeof(void*)));
    std::memset(blocks, 0, work.slots * sizeof(void*));
    for (std::uint32_t i = 0; i < work.operations; ++i) {
        void*& slot = blocks[random.below(work.slots)];
        if (slot != nullptr) give_back(slot);
        const std::uint32_t size = random.between(work.least, work.most);
        slot = get(size);
        touch(slot, size);
    }
    for (std::uint32_t i = 0; i < work.slots; ++i)
        if (blocks[i] != nullptr) give_back(blocks[i]);
    give_back(blocks);
}

void replace_on(int threads, const Replacement& work) {
    static Replacement shared;
    shared = work;
    if (threads == 1) replace(work, 1);
    else on_threads(threads, [](int number) { replace(shared, static_cast<std::uint64_t>(number) + 1); });
    result.operations = 2.0 * work.operations * threads;
    result.live_blocks = static_cast<double>(work.slots) * threads;
}

// One thread allocates and another frees: a ring of batches between them.
struct Ring {
    static constexpr std::uint32_t room = 4096;
    void* blocks[room];
    std::uint32_t written = 0, read = 0;
};
Ring ring;
std::uint32_t ring_total;

void producer() {
    Random random(7);
    for (std::uint32_t i = 0; i < ring_total; ++i) {
        const std::uint32_t size = random.between(16, 256);
        void* const block = get(size);
        touch(block, size);
        while (i - __atomic_load_n(&ring.read, __ATOMIC_ACQUIRE) >= Ring::room) pause_thread();
        ring.blocks[i % Ring::room] = block;
        __atomic_store_n(&ring.written, i + 1, __ATOMIC_RELEASE);
    }
}
void consumer() {
    for (std::uint32_t i = 0; i < ring_total; ++i) {
        while (__atomic_load_n(&ring.written, __ATOMIC_ACQUIRE) == i) pause_thread();
        give_back(ring.blocks[i % Ring::room]);
        __atomic_store_n(&ring.read, i + 1, __ATOMIC_RELEASE);
    }
}
void pass_on() {
    ring_total = 4000000 * scale;
    on_threads(2, [](int number) { number == 0 ? producer() : consumer(); });
    result.operations = 2.0 * ring_total;
    result.live_blocks = Ring::room;
}

void grow() {
    constexpr int buffers = 16;
    constexpr std::size_t most = 1 << 20;
    double operations = 0;
    for (unsigned round = 0; round < 60 * scale; ++round) {
        char* data[buffers] = {};
        std::size_t sizes[buffers];
        for (int i = 0; i < buffers; ++i) {
            sizes[i] = 16;
            data[i] = static_cast<char*>(get(16));
        }
        for (bool growing = true; growing;) {
            growing = false;
            for (int i = 0; i < buffers; ++i) {
                const std::size_t size = sizes[i] + sizes[i] / 4 + static_cast<std::size_t>(i);
                if (size > most) continue;
                data[i] = static_cast<char*>(resize(data[i], size));
                std::memset(data[i] + sizes[i], i, size - sizes[i]);
                sizes[i] = size;
                growing = true;
                ++operations;
            }
        }
        for (char* block : data) give_back(block);
        operations += 2 * buffers;
    }
    result.operations = operations;
    result.live_blocks = buffers;
}

// ------------------------------------------------------------------------------------- recorded traces

// A trace is a run of numbers, 7 bits a byte, the last byte of each without its high bit:
//   size * 4 + 0                     allocate; blocks are numbered from 0 in this order
//   (allocations so far - 1 - number) * 4 + 1               free
//   (allocations so far - 1 - number) * 4 + 2, then size    reallocate
class Trace {
public:
    bool load(const char* path) {
        std::FILE* const file = std::fopen(path, "rb");
        if (file == nullptr) return false;
        std::fseek(file, 0, SEEK_END);
        m_bytes.resize(static_cast<std::size_t>(std::ftell(file)));
        std::rewind(file);
        const bool whole = std::fread(m_bytes.data(), 1, m_bytes.size(), file) == m_bytes.size();
        std::fclose(file);
        return whole;
    }
    struct Step {
        enum Kind : std::uint32_t { Allocate, Free, Resize } kind;
        std::uint32_t block, size;
    };
    std::vector<Step> steps() {
        std::vector<Step> steps;
        std::uint32_t allocations = 0;
        while (m_at < m_bytes.size()) {
            const std::uint64_t word = number();
            if ((word & 3) == 0) steps.push_back({Step::Allocate, allocations++, static_cast<std::uint32_t>(word >> 2)});
            else if ((word & 3) == 1) steps.push_back({Step::Free, allocations - 1 - static_cast<std::uint32_t>(word >> 2), 0});
            else {
                const auto block = allocations - 1 - static_cast<std::uint32_t>(word >> 2);
                steps.push_back({Step::Resize, block, static_cast<std::uint32_t>(number())});
            }
        }
        m_blocks = allocations;
        return steps;
    }
    [[nodiscard]] std::uint32_t blocks() const { return m_blocks; }

private:
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const unsigned char byte = m_bytes[m_at++];
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (!(byte & 0x80)) return value;
        }
    }
    std::vector<unsigned char> m_bytes;
    std::size_t m_at = 0;
    std::uint32_t m_blocks = 0;
};

void measure_trace(const std::vector<Trace::Step>& steps, std::uint32_t block_count) {
    std::vector<std::uint32_t> sizes(block_count);
    double blocks = 0, bytes = 0;
    for (const Trace::Step& step : steps) {
        if (step.kind == Trace::Step::Allocate) ++blocks;
        if (step.kind == Trace::Step::Free) --blocks;
        bytes += static_cast<double>(step.size) - sizes[step.block];
        sizes[step.block] = step.size;
        if (blocks > result.live_blocks) result.live_blocks = blocks;
        if (bytes > result.live_bytes) result.live_bytes = bytes;
    }
}

bool replay(const char* path, bool only_load, double& elapsed) {
    Trace trace;
    if (!trace.load(path)) return false;
    const std::vector<Trace::Step> steps = trace.steps();
    std::vector<void*> blocks(trace.blocks());
    measure_trace(steps, trace.blocks());
    if (only_load) return true;
    const unsigned rounds = 4 * scale;
    const double start = now();
    for (unsigned round = 0; round < rounds; ++round) {
        for (const Trace::Step& step : steps) {
            void*& block = blocks[step.block];
            if (step.kind == Trace::Step::Free) {
                give_back(block);
                block = nullptr;
                continue;
            }
            block = step.kind == Trace::Step::Allocate ? get(step.size) : resize(block, step.size);
            if (step.size != 0) touch(block, step.size);
        }
        for (void*& block : blocks) {
            if (block != nullptr) give_back(block);
            block = nullptr;
        }
    }
    elapsed = now() - start;
    result.operations = static_cast<double>(steps.size()) * rounds;
    return true;
}

bool run(const char* row) {
    const auto is = [row](const char* name) { return std::strcmp(row, name) == 0; };
    if (is("nothing")) return true;
    if (is("lifo")) lifo();
    else if (is("random")) replace_on(1, {10000, 16, 1024, 5000000 * scale});
    else if (is("random2")) replace_on(2, {10000, 16, 1024, 5000000 * scale});
    else if (is("random4")) replace_on(4, {10000, 16, 1024, 2500000 * scale});
    else if (is("mid")) replace_on(1, {1000, 1024, 65536, 2000000 * scale});
    else if (is("large")) replace_on(1, {100, 65536, 1048576, 200000 * scale});
    else if (is("passed")) pass_on();
    else if (is("grow")) grow();
    else return false;
    return true;
}

} // namespace

int main(int count, char** arguments) {
    const char* const row = count > 1 ? arguments[1] : "nothing";
    if (count > 2 && std::atoi(arguments[2]) > 0) scale = static_cast<unsigned>(std::atoi(arguments[2]));
#ifdef _WIN32
    the_heap = count > 3 && std::strcmp(arguments[3], "private") == 0 ? HeapCreate(0, 0, 0) : GetProcessHeap();
#endif
    double elapsed = 0;
    if (std::strncmp(row, "trace:", 6) == 0 || std::strncmp(row, "load:", 5) == 0) {
        const bool only_load = row[0] == 'l';
        if (!replay(row + (only_load ? 5 : 6), only_load, elapsed)) return 1;
    } else {
        const double start = now();
        if (!run(row)) return 1;
        elapsed = now() - start;
    }
    const double each = result.operations > 0 ? elapsed / result.operations : 0;
    std::printf("%.2f %.0f %.0f %.0f\n", each, result.operations, result.live_blocks, result.live_bytes);
    return 0;
}

// SPDX-License-Identifier: MIT
// text_heap.cpp: heaps as !heap shows them.
#include "figures.h"
#include "lines.h"
#include "text.h"
#include "words.h"

namespace oriel::observe {
namespace {

constexpr std::size_t most_top_sizes = 10;

Wide kilobytes(std::uint64_t bytes) { return (bytes + 1023) / 1024; }

std::string lock_word(const HeapLock& lock) {
    if (lock.outcome == LockOutcome::None) return "none";
    return lock.owner == 0 ? "free" : "thread " + std::to_string(lock.owner);
}

bool is_wanted(const Heap& heap, const HeapTextRequest& request) {
    return !request.only || heap.index == *request.only || heap.handle == *request.only;
}

void write_summary(std::ostream& out, const Snapshot& snapshot) {
    const char* const wide = snapshot.bits == 64 ? "        " : "";
    line(out, "      %s    Heap    Flags  Reserve   Commit     Busy     Free    Busy    Free   Large  Uncomm  Ext.  Lock         Front", wide);
    line(out, "      %s                        (KB)     (KB)     (KB)     (KB)  blocks  blocks  blocks  ranges  frag               end", wide);
    for (const Heap& heap : snapshot.heaps) {
        const HeapFigures figures = figures_of(heap);
        line(out, "%4u  %s %08x %8llu %8llu %8llu %8llu %7llu %7llu %7llu %7llu %4u%%  %-11s  %s", heap.index,
             address(heap.handle, snapshot.bits).c_str(), heap.flags, kilobytes(figures.reserved), kilobytes(figures.committed),
             kilobytes(figures.busy_bytes), kilobytes(figures.free_bytes + figures.front_free_bytes), Wide{figures.busy_blocks},
             Wide{figures.free_blocks + figures.front_free_blocks}, Wide{figures.large_blocks}, Wide{figures.holes},
             figures.external_fragmentation(), lock_word(heap.lock).c_str(), heap.front_end == 2 ? "LFH" : "-");
    }
}

void write_lock(std::ostream& out, const HeapLock& lock) {
    if (lock.outcome == LockOutcome::None) return line(out, "    Lock             none (HEAP_NO_SERIALIZE)");
    if (lock.owner == 0) return line(out, "    Lock             free");
    line(out, "    Lock             held by thread %u (%u deep), %u waiting", lock.owner, lock.recursion, lock.waiters);
}

void write_figures(std::ostream& out, const Heap& heap) {
    const HeapFigures f = figures_of(heap);
    line(out, "    Flags            %08x  %s", heap.flags, heap_flags(heap.flags).c_str());
    line(out, "    Front end        %s", heap.front_end == 2 ? "low-fragmentation heap" : "none");
    write_lock(out, heap.lock);
    line(out, "    Large blocks     %s", heap.large_threshold == 0 ? "none: the heap is of fixed size"
                                                                   : ("requests above " + hex(heap.large_threshold) + " bytes").c_str());
    line(out, "    Reserved         %s", bytes(f.reserved).c_str());
    line(out, "    Committed        %s, %u%% of it headers, rounding and the heap's own", bytes(f.committed).c_str(), f.overhead_percent());
    line(out, "    Busy             %s blocks, %s asked for, %s over", grouped(f.busy_blocks).c_str(), bytes(f.busy_bytes).c_str(),
         bytes(f.busy_overhead).c_str());
    line(out, "    Free             %s blocks, %s, the largest %s; external fragmentation %u%%", grouped(f.free_blocks).c_str(),
         bytes(f.free_bytes).c_str(), bytes(f.largest_free).c_str(), f.external_fragmentation());
    if (f.front_busy_blocks + f.front_free_blocks != 0) {
        line(out, "    In the front end %s busy blocks, %s kept for the next request (%s)", grouped(f.front_busy_blocks).c_str(),
             grouped(f.front_free_blocks).c_str(), bytes(f.front_free_bytes).c_str());
    }
}

void write_block(std::ostream& out, const Block& block, unsigned bits) {
    line(out, "        %s: %08llx . %08llx  %s", address(block.data - block_header, bits).c_str(), Wide{block.bytes()}, Wide{block.size},
         word(block.state).data());
}

void write_segment(std::ostream& out, const Segment& segment, std::size_t number, const HeapTextRequest& request, unsigned bits) {
    line(out, "    Segment %zu at %s to %s: %s committed, %s not", number, address(segment.base, bits).c_str(),
         address(segment.base + segment.bytes(), bits).c_str(), bytes(segment.committed).c_str(), bytes(segment.uncommitted).c_str());
    if (request.blocks && !segment.blocks.empty()) {
        line(out, "        %*s  whole size . asked for, state", bits == 64 ? 16 : 8, "header");
        for (const Block& block : segment.blocks) write_block(out, block, bits);
    }
    for (const Range& hole : segment.holes)
        line(out, "        %s: %08llx            uncommitted", address(hole.base, bits).c_str(), Wide{hole.bytes});
}

void write_large(std::ostream& out, const Heap& heap, const HeapTextRequest& request, unsigned bits) {
    constexpr std::size_t most = 16;
    if (heap.large.empty()) return;
    line(out, "    Large blocks, each a reservation of its own: %s", grouped(heap.large.size()).c_str());
    for (std::size_t i = 0; i < heap.large.size(); ++i) {
        if (i == most && !request.blocks) return line(out, "        ... (--blocks shows all)");
        line(out, "        %s: %llx", address(heap.large[i].data, bits).c_str(), Wide{heap.large[i].size});
    }
}

void write_tables(std::ostream& out, const Heap& heap) {
    if (const auto buckets = front_end_buckets(heap); !buckets.empty()) {
        line(out, "    Front-end buckets  block bytes      busy      kept");
        for (const auto& [size, bucket] : buckets) line(out, "                       %11llu %9llu %9llu", Wide{size}, Wide{bucket.busy}, Wide{bucket.free});
    }
    if (const auto classes = free_classes(heap); !classes.empty()) {
        line(out, "    Free blocks        bytes from     blocks       bytes");
        for (const SizeClass& its : classes) line(out, "                       %10llu %10llu %11llu", Wide{its.from}, Wide{its.blocks}, Wide{its.bytes});
    }
    if (const auto sizes = top_sizes(heap, most_top_sizes); !sizes.empty()) {
        line(out, "    Most memory is in  size asked for   blocks       bytes");
        for (const RequestedSize& size : sizes)
            line(out, "                       %14llu %8llu %11llu", Wide{size.size}, Wide{size.blocks}, Wide{size.size * size.blocks});
    }
}

void write_heap(std::ostream& out, const Heap& heap, const HeapTextRequest& request, unsigned bits) {
    out.put('\n');
    line(out, "Heap %u at %s", heap.index, address(heap.handle, bits).c_str());
    write_figures(out, heap);
    for (std::size_t i = 0; i < heap.segments.size(); ++i) write_segment(out, heap.segments[i], i, request, bits);
    write_large(out, heap, request, bits);
    write_tables(out, heap);
    if (!heap.trouble.empty()) line(out, "    Trouble: %s", heap.trouble.c_str());
}

} // namespace

void write_heaps(std::ostream& out, const Snapshot& snapshot, const HeapTextRequest& request) {
    line(out, "Heaps of %s (process %u, host process %u), %s", snapshot.program.c_str(), snapshot.process, snapshot.host_process,
         snapshot.moment.c_str());
    if (!snapshot.trouble.empty()) line(out, "Trouble: %s", snapshot.trouble.c_str());
    out.put('\n');
    write_summary(out, snapshot);
    bool found = false;
    for (const Heap& heap : snapshot.heaps) {
        if (!is_wanted(heap, request)) continue;
        found = true;
        write_heap(out, heap, request, snapshot.bits);
    }
    if (!found && request.only) line(out, "\nThere is no heap %s.", hex(*request.only).c_str());
}

} // namespace oriel::observe

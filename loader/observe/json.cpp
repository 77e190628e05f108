// SPDX-License-Identifier: MIT
// json.cpp: written piece by piece, never held whole.
#include "json.h"

#include "json_model.h"
#include "lines.h"
#include "words.h"

namespace oriel::observe {
namespace {

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// An object's members without its last brace: others can follow.
std::string open_object(const Json& json) {
    std::string text = text_of(json);
    text.pop_back();
    return text;
}

// A million of them: without a Json object for each.
void write_block(std::ostream& out, const Block& block, bool last) {
    line(out, "[\"0x%llX\",%llu,%u,\"%s\"]%s", Wide{block.data}, Wide{block.size}, unsigned{block.overhead}, word(block.state).data(), last ? "" : ",");
}

void write_blocks(std::ostream& out, const std::vector<Block>& blocks) {
    out << "[\n";
    for (std::size_t i = 0; i < blocks.size(); ++i) write_block(out, blocks[i], i + 1 == blocks.size());
    out << "]";
}

void write_heap(std::ostream& out, const Heap& heap) {
    out << open_object(json_of_heap(heap)) << ",\"segments\":[";
    for (std::size_t i = 0; i < heap.segments.size(); ++i) {
        out << (i ? ",\n" : "\n") << open_object(json_of_segment(heap.segments[i])) << ",\"blocks\":";
        write_blocks(out, heap.segments[i].blocks);
        out << "}";
    }
    out << "],\n\"large\":";
    write_blocks(out, heap.large);
    out << "}";
}

} // namespace

void write_json(std::ostream& out, const Snapshot& snapshot) {
    Json head = json_of_process(snapshot);
    head["block_columns"] = {"address", "size", "overhead", "state"};
    out << open_object(head) << ",\n\"heaps\":[";
    for (std::size_t i = 0; i < snapshot.heaps.size(); ++i) {
        out << (i ? ",\n" : "\n");
        write_heap(out, snapshot.heaps[i]);
    }
    out << "],\n\"totals\":" << text_of(json_of_totals(snapshot)) << ",\n\"regions\":[\n";
    for (std::size_t i = 0; i < snapshot.regions.size(); ++i)
        out << text_of(json_of_region(snapshot.regions[i])) << (i + 1 < snapshot.regions.size() ? ",\n" : "\n");
    out << "]}\n";
}

} // namespace oriel::observe

// SPDX-License-Identifier: MIT
// eh_data4.h: reading the tables of "frame handler 4" (x64).
//
// The format of Visual Studio 2019 and later says what eh_data.h's structures say in a third of the bytes:
// - a number takes 1 to 5 bytes; the low bits of the first tell how many (xxxxxxx0, xx01, x011, 0111, 1111);
// - a function's header is a byte of flags, and only what they announce follows;
// - places in the code are distances from the place before, states are counted from 1, with 0 for the empty one;
// - an entry of the unwind map tells how many bytes before it the state begins that follows: the map is a tree;
// - a catch block is a function with a header and states of its own.
//
// A table may be damaged or forged. Reads stay inside the image, every walk ends, and what does not fit makes the
// reader `broken`: the frame handler then ends the program, as the documentation of __CxxFrameHandler wants it.
// Source: "Making C++ Exception Handling Smaller On x64" (Microsoft C++ team blog); the fields' names are those of
// Microsoft's ehdata4.h, their meaning was checked on programs that its compiler built.
#pragma once

#include <dlls/crt/cxx_eh/tables.h>

#include <optional>

namespace oriel::crt::cxx {

/// The bytes that offsets lead into.
struct ImageBytes {
    const unsigned char* base;
    std::uint32_t size;
};

/// A position in the tables, moving on with each read.
class TableReader {
public:
    TableReader(ImageBytes image, Offset at) : m_image(image), m_at(at) {}

    [[nodiscard]] bool broken() const { return m_broken; }
    [[nodiscard]] Offset at() const { return m_at; }

    std::uint32_t byte() {
        if (m_at >= m_image.size) return fail();
        return m_image.base[m_at++];
    }
    /// 4 bytes as they are: an offset from the image's base.
    Offset offset() {
        std::uint32_t value = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) value |= byte() << shift;
        return m_broken ? 0 : value;
    }
    /// A number in as many bytes as it needs.
    std::uint32_t number() {
        const std::uint32_t first = byte();
        if ((first & 0x0F) == 0x0F) return offset();
        const unsigned more = (first & 1) == 0 ? 0 : (first & 2) == 0 ? 1 : (first & 4) == 0 ? 2 : 3;
        std::uint32_t value = first;
        for (unsigned i = 1; i <= more; ++i) value |= byte() << (8 * i);
        return m_broken ? 0 : value >> (more + 1);
    }

private:
    std::uint32_t fail() {
        m_broken = true;
        return 0;
    }

    ImageBytes m_image;
    Offset m_at;
    bool m_broken = false;
};

/// The header of a function or of a catch block.
struct FuncInfo4 {
    enum Flag : std::uint8_t {
        is_catch = 0x01,
        is_separated = 0x02, ///< the code is in several pieces, each with a map of its own
        has_bbt_flags = 0x04,
        has_unwind_map = 0x08,
        has_try_blocks = 0x10,
        is_synchronous = 0x20, ///< /EHs: only C++ exceptions concern it
        is_noexcept = 0x40,
    };
    std::uint32_t flags = 0;
    Offset unwind_map = 0;
    Offset try_blocks = 0;
    Offset ip_map = 0; ///< or, separated, the list of the pieces' maps
    std::uint32_t frame = 0; ///< of a catch block: where in its frame it keeps its parent's

    [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
};

/// The tables of one function, whose code begins at `function`.
class Tables4 {
public:
    static std::optional<Tables4> open(ImageBytes image, Offset header, Offset function) {
        Tables4 tables(image, function);
        TableReader reader(image, header);
        FuncInfo4& info = tables.m_info;
        info.flags = reader.byte();
        if (info.has(FuncInfo4::has_bbt_flags)) reader.number();
        if (info.has(FuncInfo4::has_unwind_map)) info.unwind_map = reader.offset();
        if (info.has(FuncInfo4::has_try_blocks)) info.try_blocks = reader.offset();
        info.ip_map = reader.offset();
        if (info.has(FuncInfo4::is_catch)) info.frame = reader.number();
        if (reader.broken()) return std::nullopt;
        return tables;
    }

    [[nodiscard]] const FuncInfo4& info() const { return m_info; }

    /// The state that the instruction at `place` (an offset from the image's base) is in; nothing: a broken table.
    [[nodiscard]] std::optional<std::int32_t> state_at(Offset place) const {
        Offset map = m_info.ip_map, from = m_function;
        if (m_info.has(FuncInfo4::is_separated) && !find_piece(place, map, from)) return std::nullopt;
        TableReader reader(m_image, map);
        const std::uint32_t count = reader.number();
        std::int32_t state = empty_state;
        for (std::uint32_t i = 0; i < count; ++i) {
            from += reader.number();
            const auto next = static_cast<std::int32_t>(reader.number()) - 1;
            if (reader.broken()) return std::nullopt;
            if (from > place) break;
            state = next;
        }
        return state;
    }

    /// Calls visit(TryBlock) for each, inner ones first, until one answers true; false: a broken table.
    template<class Visit> bool each_try_block(Visit visit) const {
        if (!m_info.has(FuncInfo4::has_try_blocks)) return true;
        TableReader reader(m_image, m_info.try_blocks);
        const std::uint32_t count = reader.number();
        for (std::uint32_t i = 0; i < count && !reader.broken(); ++i) {
            TryBlock block{};
            block.low = static_cast<std::int32_t>(reader.number());
            block.high = static_cast<std::int32_t>(reader.number());
            block.catch_high = static_cast<std::int32_t>(reader.number());
            block.handlers = reader.offset();
            if (reader.broken()) break;
            if (visit(block)) return true;
        }
        return !reader.broken();
    }

    /// The same for the catch clauses of a block.
    template<class Visit> bool each_handler(const TryBlock& block, Visit visit) const {
        TableReader reader(m_image, block.handlers);
        const std::uint32_t count = reader.number();
        for (std::uint32_t i = 0; i < count && !reader.broken(); ++i) {
            const Handler handler = read_handler(reader);
            if (reader.broken()) break;
            if (visit(handler)) return true;
        }
        return !reader.broken();
    }

    /// Walks from state `from` down to `to`, or to the empty state: calls step(UnwindAction, state after it) for each
    /// state that is left. False: a broken table, or no such state.
    template<class Step> bool walk(std::int32_t from, std::int32_t to, Step step) const {
        while (from != empty_state && from > to) {
            UnwindAction action;
            const auto next = leave_state(from, action);
            if (!next) return false;
            step(action, *next);
            from = *next;
        }
        return true;
    }

    /// The state that follows when `state` is left, and what is to be done.
    [[nodiscard]] std::optional<std::int32_t> leave_state(std::int32_t state, UnwindAction& action) const {
        if (!m_info.has(FuncInfo4::has_unwind_map) || state < 0) return std::nullopt;
        TableReader reader(m_image, m_info.unwind_map);
        const std::uint32_t count = reader.number();
        if (static_cast<std::uint32_t>(state) >= count) return std::nullopt;
        const Offset first = reader.at();
        Offset place = first;
        std::uint32_t distance = 0;
        for (std::int32_t i = 0; i <= state && !reader.broken(); ++i) {
            place = reader.at();
            distance = read_unwind_entry(reader, action);
        }
        if (reader.broken() || distance == 0) return std::nullopt; // 0: a state that follows itself
        if (distance > place - first) return empty_state;
        return state_that_begins_at(place - distance, first, state);
    }

private:
    Tables4(ImageBytes image, Offset function) : m_image(image), m_function(function) {}

    /// Answers how many bytes before the entry the next state's begins.
    static std::uint32_t read_unwind_entry(TableReader& reader, UnwindAction& action) {
        const std::uint32_t distance_and_kind = reader.number();
        action = {};
        action.kind = static_cast<UnwindAction::Kind>(distance_and_kind & 3);
        if (action.kind != UnwindAction::Kind::none) action.code = reader.offset();
        if (action.kind == UnwindAction::Kind::destroy_object || action.kind == UnwindAction::Kind::destroy_pointed)
            action.object = reader.number();
        return distance_and_kind >> 2;
    }

    std::optional<std::int32_t> state_that_begins_at(Offset place, Offset first, std::int32_t below) const {
        TableReader reader(m_image, first);
        UnwindAction ignored;
        for (std::int32_t state = 0; state < below && !reader.broken(); ++state) {
            if (reader.at() == place) return state;
            read_unwind_entry(reader, ignored);
        }
        return std::nullopt;
    }

    Handler read_handler(TableReader& reader) const {
        enum : std::uint32_t { has_adjectives = 1, has_type = 2, has_object = 4, continuations_are_offsets = 8 };
        Handler handler{};
        const std::uint32_t flags = reader.byte();
        if ((flags & has_adjectives) != 0) handler.adjectives = reader.number();
        if ((flags & has_type) != 0) handler.type = reader.offset();
        if ((flags & has_object) != 0) handler.object = static_cast<std::int32_t>(reader.number());
        handler.code = reader.offset();
        const std::uint32_t count = flags >> 4 & 3;
        for (std::uint32_t i = 0; i < count && i < 2; ++i)
            handler.continuations[i] = (flags & continuations_are_offsets) != 0 ? reader.offset() : m_function + reader.number();
        handler.continuation_count = count < 2 ? count : 2;
        return handler;
    }

    /// The piece of the code that `place` is in: the last one that begins at or before it.
    bool find_piece(Offset place, Offset& map, Offset& begin) const {
        TableReader reader(m_image, m_info.ip_map);
        const std::uint32_t count = reader.number();
        bool found = false;
        for (std::uint32_t i = 0; i < count && !reader.broken(); ++i) {
            const Offset piece = reader.offset();
            const Offset its_map = reader.offset();
            if (piece > place || (found && piece < begin)) continue;
            map = its_map;
            begin = piece;
            found = true;
        }
        return found && !reader.broken();
    }

    ImageBytes m_image;
    Offset m_function;
    FuncInfo4 m_info;
};

} // namespace oriel::crt::cxx

// SPDX-License-Identifier: MIT
#include "picture.h"

#include <gtest/gtest.h>

using namespace oriel::rtl;
using namespace oriel::rtl::test;
using nt::Status;
using nt::UnwindOp;

namespace {

class VirtualUnwind : public testing::Test {
protected:
    void SetUp() override {
        picture.number_the_stack();
        context.Rsp = Picture::stack + 0x100; // word 0x20
    }
    oriel::NtResult<UnwoundFrame> unwind_at(std::uint32_t offset, std::uint32_t kind = 0) {
        context.Rip = Picture::image + function_begin + offset;
        return VirtualUnwinder(picture, context, &saved).unwind(the_function(), context.Rip, kind);
    }
    static std::uint64_t word(unsigned number) { return 0xA000 + number; }

    Picture picture;
    nt::Context64 context{};
    SavedRegisters saved;
};

} // namespace

TEST_F(VirtualUnwind, A_leaf_function_has_its_return_address_at_rsp) {
    ASSERT_TRUE(VirtualUnwinder(picture, context).unwind_leaf().ok());
    EXPECT_EQ(context.Rip, word(0x20));
    EXPECT_EQ(context.Rsp, Picture::stack + 0x108);
}

TEST_F(VirtualUnwind, In_the_body_every_instruction_of_the_prolog_is_undone) {
    // push rbx; push rsi; sub rsp, 0x20
    Info{.prolog = 6, .slots = {code(6, UnwindOp::AllocateSmall, 3), code(2, UnwindOp::PushNonvolatile, rsi),
                                code(1, UnwindOp::PushNonvolatile, rbx)}}.write(picture);
    ASSERT_TRUE(unwind_at(0x40).ok());
    EXPECT_EQ(context.Rsi, word(0x24));
    EXPECT_EQ(context.Rbx, word(0x25));
    EXPECT_EQ(context.Rip, word(0x26));
    EXPECT_EQ(context.Rsp, Picture::stack + 0x138);
    EXPECT_EQ(saved.general[rsi], Picture::stack + 0x120);
    EXPECT_EQ(saved.general[rbp], 0u);
    EXPECT_TRUE(context.ContextFlags & nt::ContextFlags<nt::Nt64>::unwound_to_call);
}

TEST_F(VirtualUnwind, In_the_prolog_only_what_has_run_is_undone) {
    Info{.prolog = 6, .slots = {code(6, UnwindOp::AllocateSmall, 3), code(2, UnwindOp::PushNonvolatile, rsi),
                                code(1, UnwindOp::PushNonvolatile, rbx)}}.write(picture);
    ASSERT_TRUE(unwind_at(1).ok()); // behind push rbx
    EXPECT_EQ(context.Rbx, word(0x20));
    EXPECT_EQ(context.Rsi, 0u);
    EXPECT_EQ(context.Rip, word(0x21));
}

TEST_F(VirtualUnwind, The_frame_register_finds_the_frame_whatever_rsp_is) {
    // push rbp; sub rsp, 0x40; lea rbp, [rsp + 0x20]; later alloca
    Info{.prolog = 10, .frame_register = rbp, .frame_offset = 0x20,
         .slots = {code(10, UnwindOp::SetFrameRegister, 0), code(5, UnwindOp::AllocateSmall, 7),
                   code(1, UnwindOp::PushNonvolatile, rbp)}}.write(picture);
    context.Rbp = Picture::stack + 0x220;
    const auto frame = unwind_at(0x40);
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ(frame->establisher, Picture::stack + 0x200);
    EXPECT_EQ(context.Rbp, word(0x48));
    EXPECT_EQ(context.Rip, word(0x49));
}

TEST_F(VirtualUnwind, Before_the_prolog_has_set_the_frame_register_it_is_not_used) {
    Info{.prolog = 10, .frame_register = rbp, .frame_offset = 0x20,
         .slots = {code(10, UnwindOp::SetFrameRegister, 0), code(5, UnwindOp::AllocateSmall, 7),
                   code(1, UnwindOp::PushNonvolatile, rbp)}}.write(picture);
    context.Rbp = 0xDEAD;
    const auto frame = unwind_at(1);
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ(frame->establisher, Picture::stack + 0x100);
    EXPECT_EQ(context.Rbp, word(0x20));
}

TEST_F(VirtualUnwind, Registers_that_were_saved_by_moves_are_read_from_their_places) {
    Info{.prolog = 20, .slots = {code(20, UnwindOp::SaveXmm128, 6), 1, code(16, UnwindOp::SaveNonvolatile, r12), 4,
                                 code(12, UnwindOp::SaveNonvolatileFar, r13), 0x80, 0,
                                 code(8, UnwindOp::AllocateLarge, 0), 0x20}}.write(picture);
    ASSERT_TRUE(unwind_at(0x40).ok());
    EXPECT_EQ(context.R12, word(0x24));
    EXPECT_EQ(context.R13, word(0x30));
    EXPECT_EQ(context.xmm(6).Low, word(0x22));
    EXPECT_EQ(context.xmm(6).High, word(0x23));
    EXPECT_EQ(context.Rip, word(0x40));
    EXPECT_EQ(saved.xmm[6], Picture::stack + 0x110);
}

TEST_F(VirtualUnwind, A_very_large_frame_takes_two_operand_slots) {
    Info{.prolog = 8, .slots = {code(8, UnwindOp::AllocateLarge, 1), 0x400, 0}}.write(picture);
    ASSERT_TRUE(unwind_at(0x40).ok());
    EXPECT_EQ(context.Rip, word(0xA0));
}

TEST_F(VirtualUnwind, A_machine_frame_leads_to_the_interrupted_code) {
    Info{.slots = {code(0, UnwindOp::AllocateSmall, 0), code(0, UnwindOp::PushMachineFrame, 1)}}.write(picture);
    context.ContextFlags = nt::ContextFlags<nt::Nt64>::unwound_to_call;
    ASSERT_TRUE(unwind_at(0x40).ok());
    EXPECT_EQ(context.Rip, word(0x22)); // behind 8 bytes of frame and the error code
    EXPECT_EQ(context.Rsp, word(0x25));
    EXPECT_FALSE(context.ContextFlags & nt::ContextFlags<nt::Nt64>::unwound_to_call);
}

TEST_F(VirtualUnwind, A_chained_entry_undoes_its_own_codes_and_then_the_first_ones) {
    Info piece{.flags = nt::unwind_flag::chained, .slots = {code(0, UnwindOp::SaveNonvolatile, rdi), 2}};
    piece.write(picture);
    picture.put(piece.tail(), nt::RUNTIME_FUNCTION{0x800, 0x900, 0x2100});
    Info first{
        .flags = nt::unwind_flag::exception_handler, .prolog = 4, .slots = {code(4, UnwindOp::AllocateSmall, 3)}};
    first.write(picture, 0x2100);
    picture.put(first.tail(0x2100), std::uint32_t{0x1800});
    const auto frame = unwind_at(0x40, nt::unwind_flag::exception_handler);
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ(context.Rdi, word(0x22));
    EXPECT_EQ(context.Rip, word(0x24));
    EXPECT_EQ(frame->handler, Picture::image + 0x1800);
    EXPECT_EQ(frame->handler_data, first.tail(0x2100) + 4);
}

TEST_F(VirtualUnwind, A_handler_is_only_given_if_it_is_of_the_wanted_kind_and_the_prolog_is_over) {
    Info info{
        .flags = nt::unwind_flag::exception_handler, .prolog = 4, .slots = {code(4, UnwindOp::AllocateSmall, 3)}};
    info.write(picture);
    picture.put(info.tail(), std::uint32_t{0x1800});
    EXPECT_EQ(unwind_at(0x40, nt::unwind_flag::unwind_handler)->handler, 0u);
    context.Rsp = Picture::stack + 0x100;
    EXPECT_EQ(unwind_at(2, nt::unwind_flag::exception_handler)->handler, 0u);
    context.Rsp = Picture::stack + 0x100;
    EXPECT_EQ(unwind_at(4, nt::unwind_flag::exception_handler)->handler, Picture::image + 0x1800);
}

TEST_F(VirtualUnwind, In_an_epilog_the_rest_of_its_own_instructions_counts) {
    Info info{.flags = nt::unwind_flag::exception_handler, .prolog = 6,
              .slots = {code(6, UnwindOp::AllocateSmall, 3), code(2, UnwindOp::PushNonvolatile, rsi),
                        code(1, UnwindOp::PushNonvolatile, rbx)}};
    info.write(picture);
    picture.put(info.tail(), std::uint32_t{0x1800});
    picture.put_bytes(Picture::image + function_begin + 0x50, {0x48, 0x83, 0xC4, 0x20, 0x5E, 0x5B, 0xC3});
    const auto at_pop_rbx = unwind_at(0x55, nt::unwind_flag::exception_handler);
    ASSERT_TRUE(at_pop_rbx.ok());
    EXPECT_EQ(at_pop_rbx->handler, 0u); // there is nothing left to handle
    EXPECT_EQ(context.Rbx, word(0x20));
    EXPECT_EQ(context.Rsi, 0u);
    EXPECT_EQ(context.Rip, word(0x21));

    context.Rsp = Picture::stack + 0x100;
    ASSERT_TRUE(unwind_at(0x50).ok());
    EXPECT_EQ(context.Rsi, word(0x24));
    EXPECT_EQ(context.Rbx, word(0x25));
    EXPECT_EQ(context.Rip, word(0x26));
}

TEST_F(VirtualUnwind, A_jump_out_of_the_function_ends_an_epilog_and_one_inside_does_not) {
    Info{.prolog = 4, .slots = {code(4, UnwindOp::AllocateSmall, 3)}}.write(picture);
    picture.put_bytes(Picture::image + function_begin + 0x50, {0xE9, 0x00, 0x10, 0x00, 0x00}); // far away
    ASSERT_TRUE(unwind_at(0x50).ok());
    EXPECT_EQ(context.Rip, word(0x20));
    context.Rsp = Picture::stack + 0x100;
    picture.put_bytes(Picture::image + function_begin + 0x50, {0xEB, 0x10}); // a loop's jump
    ASSERT_TRUE(unwind_at(0x50).ok());
    EXPECT_EQ(context.Rip, word(0x24));
    context.Rsp = Picture::stack + 0x100;
    picture.put_bytes(Picture::image + function_begin + 0x50, {0xEB, 0xAE}); // to the function's own start: recursion
    ASSERT_TRUE(unwind_at(0x50).ok());
    EXPECT_EQ(context.Rip, word(0x20));
}

TEST_F(VirtualUnwind, Version_2_says_where_the_epilogs_are) {
    // One of 3 bytes at the end, another 0x80 bytes before the end.
    Info{.version = 2,
         .prolog = 6,
         .slots = {code(3, UnwindOp::Epilog, 1), code(0x80, UnwindOp::Epilog, 0), code(6, UnwindOp::AllocateSmall, 3),
                   code(2, UnwindOp::PushNonvolatile, rsi), code(1, UnwindOp::PushNonvolatile, rbx)}}
        .write(picture);
    for (std::uint32_t at : {0xFDu, 0x80u}) {
        picture.put_bytes(Picture::image + function_begin + at, {0x5E, 0x5B, 0xC3});
        context.Rsp = Picture::stack + 0x100;
        ASSERT_TRUE(unwind_at(at).ok());
        EXPECT_EQ(context.Rsi, word(0x20)) << at;
        EXPECT_EQ(context.Rip, word(0x22)) << at;
    }
    // The same bytes elsewhere are no epilog.
    picture.put_bytes(Picture::image + function_begin + 0x40, {0x5E, 0x5B, 0xC3});
    context.Rsp = Picture::stack + 0x100;
    ASSERT_TRUE(unwind_at(0x40).ok());
    EXPECT_EQ(context.Rip, word(0x26));
}

TEST_F(VirtualUnwind, Tables_that_make_no_sense_fail_with_a_status) {
    Info{.version = 5}.write(picture);
    EXPECT_EQ(unwind_at(0x40).error(), Status::BadFunctionTable);
    Info{.slots = {code(0, static_cast<UnwindOp>(13), 0)}}.write(picture);
    EXPECT_EQ(unwind_at(0x40).error(), Status::BadFunctionTable);
    Info{.slots = {code(0, UnwindOp::AllocateLarge, 1)}}.write(picture); // operands missing
    EXPECT_EQ(unwind_at(0x40).error(), Status::BadFunctionTable);
    Info endless{.flags = nt::unwind_flag::chained};
    endless.write(picture);
    picture.put(endless.tail(), the_function().entry); // chained to itself
    EXPECT_EQ(unwind_at(0x40).error(), Status::BadFunctionTable);
}

TEST_F(VirtualUnwind, A_stack_that_cannot_be_read_fails_with_a_status) {
    Info{.slots = {code(0, UnwindOp::PushNonvolatile, rbx)}}.write(picture);
    context.Rsp = 0x7777;
    EXPECT_EQ(unwind_at(0x40).error(), Status::AccessViolation);
}

namespace {
struct OneFunction {
    std::optional<FoundFunction> find(std::uint64_t pc) {
        if (pc - Picture::image - function_begin >= function_end - function_begin) return std::nullopt;
        return the_function();
    }
};
} // namespace

TEST_F(VirtualUnwind, A_walk_visits_each_caller_and_ends_where_the_return_address_is_null) {
    Info{.prolog = 4, .slots = {code(4, UnwindOp::AllocateSmall, 0)}}.write(picture);
    const std::uint64_t body = Picture::image + function_begin + 0x40;
    picture.put(Picture::stack + 0x108, body);
    picture.put(Picture::stack + 0x118, body + 1);
    picture.put(Picture::stack + 0x128, std::uint64_t{0});
    context.Rip = body;
    OneFunction functions;
    std::vector<std::uint64_t> seen;
    walk_frames(picture, functions, context, 100, [&](const nt::Context64& frame) {
        seen.push_back(frame.Rip);
        return true;
    });
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{body, body, body + 1}));
}

TEST_F(VirtualUnwind, A_walk_passes_a_call_of_null_that_an_exception_interrupted) {
    // The dispatcher's frame: a machine frame whose RIP is 0; above it the return address of the call.
    Info{.slots = {code(0, UnwindOp::PushMachineFrame, 0)}}.write(picture);
    const std::uint64_t body = Picture::image + function_begin + 0x40;
    picture.put(Picture::stack + 0x100, std::uint64_t{0}); // RIP
    picture.put(Picture::stack + 0x118, Picture::stack + 0x200); // RSP
    picture.put(Picture::stack + 0x200, Picture::image + 0x10); // whoever called null
    picture.put(Picture::stack + 0x208, std::uint64_t{0});
    context.Rip = body;
    OneFunction functions;
    std::vector<std::uint64_t> seen;
    walk_frames(picture, functions, context, 100, [&](const nt::Context64& frame) {
        seen.push_back(frame.Rip);
        return true;
    });
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{body, 0, Picture::image + 0x10}));
}

TEST_F(VirtualUnwind, A_walk_does_not_follow_a_stack_that_goes_down) {
    Info{.frame_register = rbp,
         .slots = {code(0, UnwindOp::SetFrameRegister, 0), code(0, UnwindOp::PushNonvolatile, rbp)}}
        .write(picture);
    context.Rbp = Picture::stack + 0x10; // below
    context.Rip = Picture::image + function_begin + 0x40;
    OneFunction functions;
    int frames = 0;
    walk_frames(picture, functions, context, 100, [&](const nt::Context64&) { return ++frames > 0; });
    EXPECT_EQ(frames, 1);
}

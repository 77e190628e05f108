// SPDX-License-Identifier: MIT
#include "file_fixture.h"

#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/standard_files.h>
#include <ntdll-emu/io/stream_file.h>
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread_carrier.h>

#include <sys/resource.h>

namespace oriel::io {
namespace {

using Bytes = FileTest;

TEST_F(Bytes, Reading_moves_the_position_and_ends_at_the_end) {
    make_host_file("a", "0123456789");
    auto file = open(home(u"a")).value();
    EXPECT_EQ(read(*file, 4).value(), "0123");
    EXPECT_EQ(file->position(), 4u);
    EXPECT_EQ(read(*file, 100).value(), "456789");
    EXPECT_EQ(read(*file, 1).status(), Status::EndOfFile);
    EXPECT_EQ(file->position(), 10u);
    EXPECT_EQ(read(*file, 0).value(), "");
}

TEST_F(Bytes, An_explicit_offset_moves_the_position_of_a_synchronous_file) {
    make_host_file("a", "0123456789");
    auto file = open(home(u"a")).value();
    EXPECT_EQ(read(*file, 2, FileOffset::at(5)).value(), "56");
    EXPECT_EQ(file->position(), 7u);
    EXPECT_EQ(read(*file, 1, FileOffset::at(10)).status(), Status::EndOfFile);
}

TEST_F(Bytes, Writing_behind_the_end_leaves_a_hole_of_zeros) {
    auto file = open(home(u"a"), nt::FILE_CREATE, read_write).value();
    EXPECT_EQ(write(*file, "x", FileOffset::at(3)).value(), 1u);
    EXPECT_EQ(host_content("a"), std::string("\0\0\0x", 4));
}

TEST_F(Bytes, A_handle_that_may_only_append_appends_wherever_it_writes) {
    make_host_file("a", "start");
    auto file = open(home(u"a"), nt::FILE_OPEN, nt::FILE_APPEND_DATA).value();
    EXPECT_OK(write(*file, "+1", FileOffset::at(0)));
    EXPECT_OK(write(*file, "+2"));
    EXPECT_EQ(host_content("a"), "start+1+2");
}

TEST_F(Bytes, Write_to_end_of_file_appends) {
    make_host_file("a", "start");
    auto file = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    EXPECT_OK(write(*file, "end", FileOffset::end()));
    EXPECT_EQ(host_content("a"), "startend");
    EXPECT_EQ(file->position(), 8u);
}

TEST_F(Bytes, The_size_can_be_set_both_ways) {
    make_host_file("a", "0123456789");
    auto file = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    EXPECT_OK(file->set_size(3));
    EXPECT_EQ(host_content("a"), "012");
    EXPECT_OK(file->set_size(5));
    EXPECT_EQ(host_content("a"), std::string("012\0\0", 5));
    EXPECT_OK(file->set_allocation(1 << 20));
    EXPECT_EQ(file->facts().value().size, 5u);
    EXPECT_OK(file->set_allocation(2));
    EXPECT_EQ(host_content("a"), "01");
}

TEST_F(Bytes, A_locked_range_keeps_other_openings_out) {
    make_host_file("a", "0123456789");
    auto first = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    auto second = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    EXPECT_OK(first->lock({2, 3, 0}, true));
    EXPECT_EQ(read(*second, 1, FileOffset::at(4)).status(), Status::FileLockConflict);
    EXPECT_EQ(write(*second, "x", FileOffset::at(2)).status(), Status::FileLockConflict);
    EXPECT_OK(read(*second, 2, FileOffset::at(0)));
    EXPECT_OK(read(*first, 5, FileOffset::at(0)));
    EXPECT_EQ(second->lock({4, 1, 0}, false).status(), Status::LockNotGranted);
    EXPECT_EQ(first->unlock({2, 2, 0}).status(), Status::RangeNotLocked);
    EXPECT_OK(first->unlock({2, 3, 0}));
    EXPECT_OK(read(*second, 1, FileOffset::at(4)));
}

TEST_F(Bytes, A_shared_lock_keeps_all_writers_out_its_owner_too) {
    make_host_file("a", "0123456789");
    auto first = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    auto second = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    EXPECT_OK(first->lock({0, 5, 0}, false));
    EXPECT_OK(second->lock({0, 5, 0}, false));
    EXPECT_OK(read(*second, 5, FileOffset::at(0)));
    EXPECT_EQ(write(*first, "x", FileOffset::at(0)).status(), Status::FileLockConflict);
}

TEST_F(Bytes, Locks_end_with_the_handle) {
    make_host_file("a", "0123456789");
    auto second = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    {
        auto first = open(home(u"a"), nt::FILE_OPEN, read_write).value();
        EXPECT_OK(first->lock({0, 10, 0}, true));
    }
    EXPECT_OK(read(*second, 5, FileOffset::at(0)));
}

TEST_F(Bytes, A_full_disk_says_so) {
    auto file = open(u"\\??\\Z:\\dev\\full", nt::FILE_OPEN, read_write).value();
    EXPECT_EQ(write(*file, "x").status(), Status::DiskFull);
}

TEST_F(Bytes, A_file_does_not_become_longer_than_the_disk_has_room) {
    auto file = open(home(u"a"), nt::FILE_CREATE, read_write).value();
    EXPECT_EQ(file->set_size(std::uint64_t{1} << 60).status(), Status::DiskFull);
    EXPECT_EQ(file->facts().value().size, 0u);
    auto backing = file->backing().value();
    EXPECT_EQ(backing->extend(std::uint64_t{1} << 60).status(), Status::DiskFull);
    EXPECT_OK(backing->extend(5));
}

TEST_F(Bytes, A_limit_on_the_size_of_files_is_a_full_disk) {
    hal::ignore_write_signals();
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{100, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto file = open(home(u"a"), nt::FILE_CREATE, read_write).value();
    const Status status = write(*file, std::string(200, 'x')).status();
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(status, Status::DiskFull);
}

TEST_F(Bytes, A_file_does_not_become_shorter_while_it_is_mapped) {
    make_host_file("a", "0123456789");
    auto file = open(home(u"a"), nt::FILE_OPEN, read_write).value();
    auto backing = file->backing().value();
    EXPECT_EQ(file->set_size(5).status(), Status::UserMappedFile);
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_OVERWRITE, read_write), Status::UserMappedFile);
    EXPECT_OK(file->set_size(20));
    backing = nullptr;
    EXPECT_OK(file->set_size(5));
}

TEST_F(Bytes, A_pipe_breaks_when_its_other_end_is_gone) {
    hal::ignore_write_signals();
    ke::ThreadCarrier carrier;
    ke::Dispatcher dispatcher(carrier);
    auto ends = make_pipe(0, dispatcher).value();
    EXPECT_EQ(write(*ends.write_end, "hello").value(), 5u);
    EXPECT_EQ(read(*ends.read_end, 3).value(), "hel");
    ends.write_end = nullptr;
    EXPECT_EQ(read(*ends.read_end, 10).value(), "lo");
    EXPECT_EQ(read(*ends.read_end, 10).status(), Status::PipeBroken);

    ends = make_pipe(0, dispatcher).value();
    ends.read_end = nullptr;
    EXPECT_EQ(write(*ends.write_end, "x").status(), Status::PipeClosing);
}

TEST_F(Bytes, A_time_that_was_set_stays_although_the_file_is_written_later) {
    const FileTime time = unix_epoch + 12'345'678'901'234'567 % 10'000'000'000'000'000;
    {
        auto file = open(home(u"a"), nt::FILE_CREATE, read_write).value();
        BasicChange change;
        change.written = time;
        EXPECT_OK(file->change_basic(change));
        EXPECT_OK(write(*file, "later"));
    }
    EXPECT_EQ(facts(home(u"a")).value().written, time);
}

} // namespace
} // namespace oriel::io

// SPDX-License-Identifier: MIT
// observe_running.cpp: the two ends of the conversation.
#include "observe_running.h"

#include "first_process.h"
#include "snapshot_output.h"

#include <loader/observe/message.h>
#include <ntdll-emu/hal/host_environment.h>
#include <ntdll-emu/hal/host_message.h>
#include <ntdll-emu/hal/log.h>
#include <ntdll-emu/hal/real_time_signals.h>

#include <cerrno>
#include <cstring>

namespace oriel::start {
namespace {

constexpr std::uint32_t patience = 60'000;           // ms: half a minute for the walk, and then the sending
constexpr std::size_t most_bytes = std::size_t{4} << 30;

std::string name_of_asker(std::uint32_t process) { return "oriel-snapshot-" + std::to_string(process); }

[[noreturn]] void fail(std::uint32_t process, const std::string& sentence) {
    throw StartError(exit_oriel_failed, "process " + std::to_string(process) + ": " + sentence);
}

/// A program's file name ends in "oriel", also after it was replaced on the disk.
bool is_oriel(const std::string& program) {
    const std::string name = program.substr(program.rfind('/') + 1);
    return name == "oriel" || name == "oriel (deleted)" || name.starts_with("oriel-");
}

/// The host's id of the process that is meant: the host's own, or NT's, which is four times that.
std::uint32_t find_process(std::uint32_t id) {
    const int signal = hal::observe_signal();
    hal::HostProcess process = hal::look_at_process(id, signal);
    if ((!process.there || !is_oriel(process.program)) && id % 4 == 0) {
        const hal::HostProcess other = hal::look_at_process(id / 4, signal);
        if (other.there && is_oriel(other.program)) {
            process = other;
            id /= 4;
        }
    }
    if (!process.there) fail(id, "there is none with that id");
    if (!process.ours) fail(id, "belongs to another user");
    if (!is_oriel(process.program)) fail(id, "is no program that oriel runs, but " + process.program);
    if (!process.takes_signal) fail(id, "has not started its program yet, or is an oriel that cannot be asked");
    return id;
}

} // namespace

void observe_running(const Options& options) {
    const std::uint32_t id = find_process(*options.observed_process);
    const auto listener = hal::listen_for_message(name_of_asker(hal::host_process_id()));
    if (!listener.ok()) fail(id, std::string("its answer cannot be waited for: ") + std::strerror(listener.error()));
    if (const auto sent = hal::signal_process(id, hal::observe_signal()); !sent.ok()) fail(id, std::string("cannot be asked: ") + std::strerror(sent.error()));
    const auto message = hal::receive_message(listener.value(), id, patience, most_bytes);
    if (!message.ok()) {
        if (message.error() == ETIMEDOUT) fail(id, "has not answered within a minute: it is stopped, or another one is asking it");
        fail(id, std::string("its answer was cut short: ") + std::strerror(message.error()));
    }
    observe::Snapshot snapshot;
    try {
        snapshot = observe::snapshot_from(message.value());
    } catch (const std::exception& error) {
        fail(id, std::string("its answer is no snapshot (") + error.what() + ")");
    }
    write_snapshot(options, snapshot, 1);
}

void answer_observer(Session& session, std::uint32_t asker) {
    const auto send = [asker](const observe::Snapshot& snapshot) {
        const auto sent = hal::send_message(name_of_asker(asker), asker, observe::message_of(snapshot));
        if (!sent.ok()) hal::log_warning("a snapshot for process " + std::to_string(asker) + " could not be sent: " + std::strerror(sent.error()));
    };
    if (session.snapshots().begin("while it runs", send)) return;
    observe::Snapshot none;
    none.program = "?";
    none.moment = "while it runs";
    none.trouble = "another walk over the heaps has not come to its end";
    send(none);
}

} // namespace oriel::start

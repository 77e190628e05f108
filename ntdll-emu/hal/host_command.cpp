// SPDX-License-Identifier: MIT
// host_command.cpp: posix_spawn, a pipe, a time limit.
#include "host_command.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel::hal {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = 4u << 20;

/// All that comes until the other end closes; false at the limit.
bool read_all(int pipe, std::string& to, Clock::time_point limit) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(limit - Clock::now()).count();
        pollfd wait = {.fd = pipe, .events = POLLIN, .revents = 0};
        const int ready = left > 0 ? poll(&wait, 1, static_cast<int>(left)) : 0;
        if (ready == 0) return false;
        char buffer[4096];
        const ssize_t count = ready > 0 ? read(pipe, buffer, sizeof buffer) : -1;
        if (count == 0) return true;
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) to.append(buffer, static_cast<std::size_t>(count));
        if (to.size() > most_output) return false;
    }
}

/// The signals of guest threads are blocked or handled here; the child starts as a shell would start it.
void fresh_signals(posix_spawnattr_t& attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

} // namespace

std::optional<std::string> output_of_command(const char* program, const std::vector<std::string>& arguments, unsigned milliseconds) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
    std::vector<char*> words = {const_cast<char*>(program)};
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    fresh_signals(attributes);
    pid_t child = 0;
    const int error = posix_spawnp(&child, program, &actions, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    std::string output;
    const bool complete = error == 0 && read_all(ends[0], output, Clock::now() + std::chrono::milliseconds(milliseconds));
    close(ends[0]);
    if (error != 0) return std::nullopt;
    if (!complete) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!complete || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
    return output;
}

} // namespace oriel::hal

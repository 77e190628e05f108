// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/host_terminal.h>

#include <ntdll-emu/hal/host_call.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>

namespace oriel::hal {

namespace {

// The terminal outlives the process: its first state is kept for restore_terminal(). Written once
// before `changed_descriptor` is published.
termios first_state;
std::atomic<int> changed_descriptor{-1};

} // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

HostResult<HostTerminalSize> terminal_size(int descriptor) {
    winsize size{};
    const auto asked = host_do([&] { return ::ioctl(descriptor, TIOCGWINSZ, &size); });
    if (!asked) return HostError{asked.error()};
    if (size.ws_col == 0 || size.ws_row == 0) return HostTerminalSize{}; // a terminal that never was told
    return HostTerminalSize{size.ws_col, size.ws_row};
}

HostResult<> set_terminal_mode(int descriptor, const HostTerminalMode& mode) {
    termios state{};
    const auto got = host_do([&] { return ::tcgetattr(descriptor, &state); });
    if (!got) return got;
    if (changed_descriptor.load() < 0) {
        first_state = state;
        changed_descriptor.store(descriptor);
    }
    const auto choose = [](tcflag_t& flags, tcflag_t bit, bool on) { flags = on ? flags | bit : flags & ~bit; };
    choose(state.c_lflag, ICANON, mode.lines);
    choose(state.c_lflag, ECHO, mode.echo);
    choose(state.c_lflag, ISIG, mode.signals);
    state.c_cc[VMIN] = 1;
    state.c_cc[VTIME] = 0;
    return host_do([&] { return ::tcsetattr(descriptor, TCSADRAIN, &state); });
}

void restore_terminal() {
    const int descriptor = changed_descriptor.exchange(-1);
    if (descriptor >= 0) (void)::tcsetattr(descriptor, TCSADRAIN, &first_state);
}

HostResult<int> open_controlling_terminal() {
    return host_call([] { return ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY); });
}

} // namespace oriel::hal

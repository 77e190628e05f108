// SPDX-License-Identifier: MIT
// trace_output.cpp: arguments by their kinds, as the spec declares them.
//
// Text, one line a call, when it has ended; in arguments are shown as they were before, out ones as they are after:
//   0.001234  4 NtAllocateVirtualMemory(ProcessHandle=-1, *BaseAddress=0x0 -> 0x20000, ...) = STATUS_SUCCESS  1.3 us
// JSON, one object a line:
//   {"time":0.001234,"thread":4,"service":"NtClose","arguments":{"Handle":68},"status":"0x00000000","duration":0.0000004}
#include "trace_output.h"

#include "host_text.h"
#include "program.h"

#include <ntdll-emu/services/status_names.h>
#include <ntdll-emu/services/trace.h>
#include <ntdll-emu/services/trace_sets.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

namespace oriel::start {
namespace {

using services::Argument;
using services::ArgumentKind;
using services::Direction;

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

std::string in_quotes(const std::u16string& text) { return "\"" + printable(text) + "\""; }

template<class Abi>
std::string unicode_string(std::uint64_t address) {
    const auto string = UserPtr<nt::UNICODE_STRING<Abi>>(Address(address)).capture();
    if (!string.ok()) return hex(address);
    constexpr std::size_t most = 512;
    std::u16string text(std::min<std::size_t>(string.value().Length / 2, most), u'\0');
    if (!copy_from_guest(text.data(), Address(string.value().Buffer.value), text.size() * 2).ok()) return hex(address);
    return in_quotes(text);
}

template<class Abi>
std::string object_attributes(std::uint64_t address) {
    const auto attributes = UserPtr<nt::OBJECT_ATTRIBUTES<Abi>>(Address(address)).capture();
    if (!attributes.ok()) return hex(address);
    std::string text = "{";
    if (attributes.value().RootDirectory) text += "root=" + hex(attributes.value().RootDirectory) + " ";
    return text + (attributes.value().ObjectName ? unicode_string<Abi>(attributes.value().ObjectName.value) : "no name") + "}";
}

template<class T>
std::string number_at(std::uint64_t address) {
    const auto value = UserPtr<T>(Address(address)).capture();
    return value.ok() ? hex(static_cast<std::uint64_t>(value.value())) : "?";
}

template<class Abi>
std::string io_status(std::uint64_t address) {
    const auto block = UserPtr<nt::IO_STATUS_BLOCK<Abi>>(Address(address)).capture();
    if (!block.ok()) return "?";
    return "{" + std::string(services::status_name(block.value().StatusCode)) + ", " + std::to_string(block.value().Information) + "}";
}

/// What lies behind a pointer of a program of that width, now.
template<class Abi>
std::string pointee_of(const Argument& argument, std::uint64_t value) {
    if (value == 0) return "null";
    switch (argument.kind) {
    case ArgumentKind::NumberPointer: return number_at<nt::uptr<Abi>>(value);
    case ArgumentKind::Number64Pointer: return number_at<std::uint64_t>(value);
    case ArgumentKind::Number32Pointer: return number_at<std::uint32_t>(value);
    case ArgumentKind::HandlePointer: return number_at<nt::uptr<Abi>>(value);
    case ArgumentKind::UnicodeString: return unicode_string<Abi>(value);
    case ArgumentKind::ObjectAttributes: return object_attributes<Abi>(value);
    case ArgumentKind::IoStatusBlock: return io_status<Abi>(value);
    default: return hex(value);
    }
}

std::string pointee(const ps::Thread& thread, const Argument& argument, std::uint64_t value) {
    return thread.process().is_32() ? pointee_of<nt::Nt32>(argument, value) : pointee_of<nt::Nt64>(argument, value);
}

std::string plain(const Argument& argument, std::uint64_t value) {
    if (argument.bytes == 4) value &= 0xFFFFFFFF;
    switch (argument.kind) {
    case ArgumentKind::Handle: return static_cast<std::int64_t>(value) < 0 ? std::to_string(static_cast<std::int64_t>(value)) : hex(value);
    case ArgumentKind::Signed: return std::to_string(static_cast<std::int64_t>(value));
    case ArgumentKind::Boolean: return (value & 0xFF) ? "true" : "false";
    case ArgumentKind::Status: return std::string(services::status_name(static_cast<Status>(value)));
    case ArgumentKind::Flags: return services::set_text(argument.set, static_cast<std::uint32_t>(value));
    default: return hex(value);
    }
}

struct Pending {
    std::vector<std::string> before;
    std::int64_t started = 0; ///< ns
};

std::int64_t nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class TraceWriter final : public services::Tracer {
public:
    explicit TraceWriter(const Options& options) : m_json(options.trace_format == TraceFormat::Json), m_start(nanoseconds()) {
        m_out = options.trace_output.empty() ? stderr : std::fopen(options.trace_output.c_str(), "we");
        if (!m_out) throw StartError(exit_oriel_failed, options.trace_output + ": cannot be written");
        m_families.insert(options.trace_families.begin(), options.trace_families.end());
    }

    std::uint64_t begin(ps::Thread& thread, std::uint32_t number, const services::Slots& slots) override {
        const auto& description = services::service_descriptions()[number];
        if (!wanted(description)) return 0;
        auto* pending = new Pending;
        for (std::size_t i = 0; i < description.arguments.size(); ++i) {
            const Argument& argument = description.arguments[i];
            const bool shown = argument.direction == Direction::In || argument.direction == Direction::InOut;
            pending->before.push_back(shown ? pointee(thread, argument, slots[i]) : std::string());
        }
        pending->started = nanoseconds();
        // A call that does not return (NtTerminateProcess, NtContinue) must be seen too.
        if (description.name == "NtTerminateProcess") finish();
        return reinterpret_cast<std::uint64_t>(pending);
    }

    void end(std::uint64_t token, ps::Thread& thread, std::uint32_t number, const services::Slots& slots, Status status) override {
        const std::unique_ptr<Pending> pending(reinterpret_cast<Pending*>(token));
        if (!pending) return;
        const std::int64_t ended = nanoseconds();
        const auto& description = services::service_descriptions()[number];
        std::vector<std::pair<std::string, std::string>> shown;
        for (std::size_t i = 0; i < description.arguments.size(); ++i) {
            shown.push_back(show(thread, description.arguments[i], slots[i], pending->before[i], status));
        }
        const std::string line = m_json ? json_line(*pending, ended, thread.id(), description, shown, status)
                                        : text_line(*pending, ended, thread.id(), description, shown, status);
        const std::lock_guard lock(m_lock);
        std::fputs(line.c_str(), m_out);
    }

    void finish() {
        const std::lock_guard lock(m_lock);
        std::fflush(m_out);
    }

private:
    bool wanted(const services::Description& description) const {
        return m_families.empty() || m_families.contains(std::string(description.family));
    }

    static std::pair<std::string, std::string> show(const ps::Thread& thread, const Argument& argument, std::uint64_t value,
                                                    const std::string& before, Status status) {
        const std::string name(argument.name);
        const bool told = !nt::is_error(status);
        switch (argument.direction) {
        case Direction::Value: return {name, plain(argument, value)};
        case Direction::In: return {name, before};
        case Direction::Out: return {"*" + name, value == 0 ? "null" : told ? pointee(thread, argument, value) : "-"};
        case Direction::InOut: return {"*" + name, before + " -> " + (told ? pointee(thread, argument, value) : "-")};
        }
        return {name, {}};
    }

    std::string text_line(const Pending& pending, std::int64_t ended, std::uint32_t thread, const services::Description& description,
                          const std::vector<std::pair<std::string, std::string>>& shown, Status status) const {
        char head[64];
        std::snprintf(head, sizeof head, "%10.6f %4u ", static_cast<double>(pending.started - m_start) / 1e9, thread);
        std::string line = head + std::string(description.name) + "(";
        for (std::size_t i = 0; i < shown.size(); ++i) line += (i ? ", " : "") + shown[i].first + "=" + shown[i].second;
        const std::string_view name = services::status_name(status);
        line += ") = " + (name.empty() ? hex(static_cast<std::uint32_t>(status)) : std::string(name));
        char tail[32];
        std::snprintf(tail, sizeof tail, "  %.1f us\n", static_cast<double>(ended - pending.started) / 1e3);
        return line + tail;
    }

    std::string json_line(const Pending& pending, std::int64_t ended, std::uint32_t thread, const services::Description& description,
                          const std::vector<std::pair<std::string, std::string>>& shown, Status status) const {
        nlohmann::ordered_json line;
        line["time"] = static_cast<double>(pending.started - m_start) / 1e9;
        line["thread"] = thread;
        line["service"] = description.name;
        nlohmann::ordered_json arguments = nlohmann::ordered_json::object();
        for (const auto& [name, text] : shown) arguments[name] = text;
        line["arguments"] = std::move(arguments);
        char code[16];
        std::snprintf(code, sizeof code, "0x%08X", static_cast<unsigned>(status));
        line["status"] = code;
        line["status_name"] = services::status_name(status);
        line["duration"] = static_cast<double>(ended - pending.started) / 1e9;
        return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }

    bool m_json;
    std::int64_t m_start;
    std::FILE* m_out;
    std::set<std::string> m_families;
    std::mutex m_lock;
};

TraceWriter* writer = nullptr;

} // namespace

void start_trace(const Options& options) {
    writer = new TraceWriter(options); // threads may trace until the host process ends
    services::set_tracer(writer);
}

void finish_trace() {
    if (writer) writer->finish();
}

} // namespace oriel::start

// SPDX-License-Identifier: MIT
// process_environment.cpp: one allocation: the PEB, the parameters, their strings, the environment.
//
// ntdll reads it before it does anything else, and programs read it behind ntdll's back; so it is laid out as
// RtlCreateProcessParametersEx does: the structure, its strings behind it, pointers already pointing.
#include "process_environment.h"

#include "command_line.h"
#include "environment.h"
#include "host_text.h"

#include <ntdll-emu/hal/host_environment.h>
#include <ntdll-emu/io/standard_files.h>
#include <nt/peb.h>
#include <oriel/user_ptr.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <thread>

namespace oriel::start {
namespace {

constexpr std::uint32_t use_std_handles = 0x100; // STARTF_USESTDHANDLES

/// Strings laid one behind the other into the image of the allocation.
class StringArea {
public:
    StringArea(std::vector<std::byte>& bytes, Address base) : m_bytes(bytes), m_base(base) {}

    template<class Abi>
    nt::UNICODE_STRING<Abi> add(std::u16string_view text, std::size_t room_units = 0) {
        const std::size_t maximum = std::max((text.size() + 1) * 2, room_units * 2);
        nt::UNICODE_STRING<Abi> string = {};
        string.Length = static_cast<std::uint16_t>(text.size() * 2);
        string.MaximumLength = static_cast<std::uint16_t>(maximum);
        string.Buffer.value = static_cast<nt::uptr<Abi>>(append(text, maximum).value());
        return string;
    }
    Address append(std::u16string_view text, std::size_t bytes) {
        const std::size_t at = align_up(m_bytes.size(), 8);
        m_bytes.resize(at + bytes);
        std::memcpy(m_bytes.data() + at, text.data(), text.size() * 2);
        return m_base + at;
    }

private:
    std::vector<std::byte>& m_bytes;
    Address m_base;
};

std::u16string command_line(const EnvironmentRequest& request) {
    std::vector<std::u16string> words{request.dos_path};
    for (const std::string& argument : request.options.arguments) words.push_back(guest_text(argument));
    return join_command_line(words);
}

std::u16string current_directory(const Options& options) {
    std::u16string directory = dos_path_of(options.directory.empty() ? hal::current_directory() : options.directory);
    if (!directory.ends_with(u'\\')) directory += u'\\';
    return directory;
}

template<class Abi>
NtResult<> open_standard_handles(ps::Process& process, nt::RTL_USER_PROCESS_PARAMETERS<Abi>& parameters) {
    const std::pair<int, nt::uptr<Abi>*> streams[] = {
        {0, &parameters.StandardInput}, {1, &parameters.StandardOutput}, {2, &parameters.StandardError}};
    for (const auto& [descriptor, field] : streams) {
        const auto opened = io::open_standard_file(descriptor, &process.kernel_dispatcher);
        if (!opened.ok()) continue; // closed by whoever started us: the program sees no handle
        const auto handle = TRY(process.handles.insert(opened.value(), opened.value()->access(), nt::OBJ_INHERIT));
        *field = static_cast<nt::uptr<Abi>>(handle);
    }
    if (parameters.StandardInput || parameters.StandardOutput || parameters.StandardError) parameters.WindowFlags = use_std_handles;
    parameters.ConsoleHandle = 0;
    return {};
}

template<class Abi>
void fill_peb(nt::PEB<Abi>& peb, const ps::Process& process, Address parameters, std::uint32_t global_flags) {
    peb.NtGlobalFlag = global_flags;
    peb.ImageBaseAddress.value = static_cast<nt::uptr<Abi>>(process.image.base.value());
    peb.ProcessParameters.value = static_cast<nt::uptr<Abi>>(parameters.value());
    peb.NumberOfProcessors = static_cast<std::uint32_t>(std::popcount(process.affinity_mask));
    peb.ActiveProcessAffinityMask = static_cast<nt::uptr<Abi>>(process.affinity_mask);
    peb.CriticalSectionTimeout = -150LL * 10'000'000 * 1728; // 30 days, as "CriticalSectionTimeout" of the session manager
    peb.HeapSegmentReserve = 0x100000;
    peb.HeapSegmentCommit = 0x2000;
    peb.HeapDeCommitTotalFreeThreshold = 0x10000;
    peb.HeapDeCommitFreeBlockThreshold = 0x1000;
    peb.OSMajorVersion = 10;
    peb.OSMinorVersion = 0;
    peb.OSBuildNumber = 19045;
    peb.OSPlatformId = 2;
    peb.ImageSubsystem = process.image.subsystem;
    peb.ImageSubsystemMajorVersion = process.image.subsystem_major;
    peb.ImageSubsystemMinorVersion = process.image.subsystem_minor;
    peb.SessionId = 1;
    peb.Mutant = ~nt::uptr<Abi>{0};
}

/// The 64-bit PEB of a 32-bit process: nobody's but of those who look for it from outside.
NtResult<> make_peb_twin(ps::Process& process, std::uint32_t global_flags) {
    using Twin = nt::PEB<nt::Nt64>;
    const auto range = TRY(process.address_space.reserve({.base = {},
                                                          .bytes = align_up(sizeof(Twin), page_size),
                                                          .protection = mm::Protection(mm::PageAccess::ReadWrite),
                                                          .limits = {},
                                                          .commitment = mm::Commitment::ReserveAndCommit}));
    process.peb64 = range.base();
    Twin peb = {};
    fill_peb(peb, process, {}, global_flags);
    return copy_to_guest(range.base(), &peb, sizeof peb);
}

template<class Abi>
NtResult<> make_environment_of(ps::Process& process, const EnvironmentRequest& request) {
    using Peb = nt::PEB<Abi>;
    using Parameters = nt::RTL_USER_PROCESS_PARAMETERS<Abi>;
    const std::u16string line = command_line(request);
    const std::u16string environment = make_environment({.host = hal::environment_variables(),
                                                         .added = request.options.environment,
                                                         .user = request.folders.user,
                                                         .processors = static_cast<unsigned>(std::popcount(process.affinity_mask))});
    const std::size_t room = sizeof(Peb) + sizeof(Parameters) + (line.size() + environment.size()) * 2 + 0x2000;
    if ((line.size() + 1) * 2 > 0xFFFE) return Status::NameTooLong;
    const auto range = TRY(process.address_space.reserve({.base = {},
                                                          .bytes = align_up(room, page_size),
                                                          .protection = mm::Protection(mm::PageAccess::ReadWrite),
                                                          .limits = {},
                                                          .commitment = mm::Commitment::ReserveAndCommit}));
    process.peb = range.base();
    const std::uint64_t parameters_offset = align_up(sizeof(Peb), 16);
    const Address parameters_at = range.base() + parameters_offset;
    std::vector<std::byte> bytes(parameters_offset + sizeof(Parameters));
    StringArea strings(bytes, range.base());

    Parameters parameters = {};
    parameters.Flags = nt::RTL_USER_PROC_PARAMS_NORMALIZED;
    TRY(open_standard_handles<Abi>(process, parameters));
    constexpr std::size_t path_units = 262; // MAX_PATH, a backslash, NUL: SetCurrentDirectory writes in place
    const std::u16string directory = current_directory(request.options);
    parameters.CurrentDirectory.DosPath = strings.template add<Abi>(directory, std::max(path_units, directory.size() + 1));
    parameters.DllPath = strings.template add<Abi>(u"");
    parameters.ImagePathName = strings.template add<Abi>(request.dos_path);
    parameters.CommandLine = strings.template add<Abi>(line);
    parameters.WindowTitle = strings.template add<Abi>(request.dos_path);
    parameters.DesktopInfo = strings.template add<Abi>(u"WinSta0\\Default");
    parameters.ShellInfo = strings.template add<Abi>(u"");
    parameters.Environment.value = static_cast<nt::uptr<Abi>>(strings.append(environment, environment.size() * 2).value());
    parameters.EnvironmentSize = static_cast<nt::uptr<Abi>>(environment.size() * 2);
    parameters.MaximumLength = parameters.Length = static_cast<std::uint32_t>(bytes.size() - parameters_offset);

    Peb peb = {};
    fill_peb(peb, process, parameters_at, request.options.faults.global_flags);
    std::memcpy(bytes.data(), &peb, sizeof peb);
    std::memcpy(bytes.data() + parameters_offset, &parameters, sizeof parameters);
    return copy_to_guest(range.base(), bytes.data(), bytes.size());
}

} // namespace

NtResult<> make_process_environment(ps::Process& process, const EnvironmentRequest& request) {
    if (!process.is_32()) return make_environment_of<nt::Nt64>(process, request);
    TRY(make_peb_twin(process, request.options.faults.global_flags));
    return make_environment_of<nt::Nt32>(process, request);
}

} // namespace oriel::start

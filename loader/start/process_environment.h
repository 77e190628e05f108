// SPDX-License-Identifier: MIT
// process_environment.h: the PEB, and the parameters that the first process is started with.
#pragma once

#include "options.h"

#include <ntdll-emu/io/drive.h>
#include <ntdll-emu/ps/process.h>

namespace oriel::start {

struct EnvironmentRequest {
    const Options& options;
    const io::HostFolders& folders;
    std::u16string dos_path; ///< the program's
};

/// Allocates and fills them in the guest, with the standard handles and the current directory.
/// Statuses: NoMemory, CommitmentLimit, and what opening the standard handles answers.
NtResult<> make_process_environment(ps::Process& process, const EnvironmentRequest& request);

} // namespace oriel::start

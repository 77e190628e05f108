// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/shared_file.h>

namespace oriel::io {

SharedFile::~SharedFile() { m_table.forget(m_key); }

NtResult<> SharedFile::open(const ShareClaim& claim) {
    return m_state.with([&](SharedState& state) -> NtResult<> {
        if (state.delete_pending) return Status::DeletePending;
        TRY(state.sharing.add(claim));
        state.opens += 1;
        return {};
    });
}

bool SharedFile::close(const ShareClaim& claim, const void* owner, bool delete_on_close) {
    return m_state.with([&](SharedState& state) {
        state.sharing.remove(claim);
        state.locks.unlock_all(owner);
        state.opens -= 1;
        if (delete_on_close) state.delete_pending = true;
        if (!state.delete_pending || state.opens != 0) return false;
        state.delete_pending = false; // another name of the same file may live on
        return true;
    });
}

NtResult<ShareHold> ShareHold::take(std::shared_ptr<SharedFile> file, const ShareClaim& claim) {
    TRY(file->open(claim));
    ShareHold hold;
    hold.m_file = std::move(file);
    hold.m_claim = claim;
    return hold;
}

std::shared_ptr<SharedFile> OpenFiles::get(FileKey key) {
    return m_files.with([&](auto& files) {
        auto& place = files[key];
        auto file = place.lock();
        if (!file) {
            file = std::make_shared<SharedFile>(*this, key);
            place = file;
        }
        return file;
    });
}

void OpenFiles::forget(FileKey key) {
    m_files.with([&](auto& files) {
        const auto place = files.find(key);
        if (place != files.end() && place->second.expired()) files.erase(place);
    });
}

} // namespace oriel::io

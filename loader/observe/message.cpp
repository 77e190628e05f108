// SPDX-License-Identifier: MIT
#include "message.h"

#include "json_model.h"

#include <stdexcept>

namespace oriel::observe {

std::string message_of(const Snapshot& snapshot) {
    std::string packed;
    std::string message = pack_snapshot(snapshot, packed).dump(-1, ' ', false, Json::error_handler_t::replace);
    message += '\n';
    message += packed;
    return message;
}

Snapshot snapshot_from(std::string_view message) {
    const std::size_t end = message.find('\n');
    if (end == std::string_view::npos) throw std::runtime_error("a message that is no snapshot");
    return unpack_snapshot(Json::parse(message.substr(0, end)), message.substr(end + 1));
}

} // namespace oriel::observe

# SPDX-License-Identifier: MIT
# psapi.dll has no code of its own: its .spec makes what it exports.
set(PSAPI_SOURCES "")

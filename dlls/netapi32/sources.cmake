# SPDX-License-Identifier: MIT
# netapi32.dll has no code of its own: its .spec makes stubs.
set(NETAPI32_SOURCES "")

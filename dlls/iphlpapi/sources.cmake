# SPDX-License-Identifier: MIT
# iphlpapi.dll has no code of its own: its .spec makes stubs.
set(IPHLPAPI_SOURCES "")

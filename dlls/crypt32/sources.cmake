# SPDX-License-Identifier: MIT
# crypt32.dll has no code of its own: its .spec makes stubs.
set(CRYPT32_SOURCES "")

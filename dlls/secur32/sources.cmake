# SPDX-License-Identifier: MIT
# secur32.dll has no code of its own: its .spec makes stubs.
set(SECUR32_SOURCES "")

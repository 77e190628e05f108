# SPDX-License-Identifier: MIT
# pdh.dll has no code of its own: its .spec makes stubs.
set(PDH_SOURCES "")

# SPDX-License-Identifier: MIT
# version.dll has no code of its own: its .spec makes what it exports.
set(VERSION_SOURCES "")

# SPDX-License-Identifier: MIT
# kernelbase.dll has no code of its own: its .spec makes forwarders.
set(KERNELBASE_SOURCES "")

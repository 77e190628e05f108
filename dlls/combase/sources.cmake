# SPDX-License-Identifier: MIT
# combase.dll has no code of its own: its .spec makes forwarders to ole32, where our COM lives.
set(COMBASE_SOURCES "")
set(COMBASE_IMPORTS ole32)

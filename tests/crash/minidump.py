# SPDX-License-Identifier: MIT
"""Reads minidumps, as Microsoft's description of the format has them."""
import struct


class Minidump:
    def __init__(self, data):
        self.data = data
        signature, version, count, directory = struct.unpack_from("<4sIII", data)
        assert signature == b"MDMP" and version & 0xFFFF == 0xA793, "it is a minidump"
        self.streams = {}
        for i in range(count):
            kind, size, at = struct.unpack_from("<III", data, directory + 12 * i)
            assert at + size <= len(data), f"stream {kind} lies in the file"
            self.streams[kind] = (at, size)

    def _list(self, kind, layout):
        at, size = self.streams[kind]
        (count,) = struct.unpack_from("<I", self.data, at)
        step = struct.calcsize(layout)
        assert 4 + count * step == size
        return [struct.unpack_from(layout, self.data, at + 4 + i * step) for i in range(count)]

    def text(self, at):
        (size,) = struct.unpack_from("<I", self.data, at)
        return self.data[at + 4:at + 4 + size].decode("utf-16-le")

    def modules(self):
        return [(base, size, self.text(name)) for base, size, _, _, name, *_ in self._list(4, "<QIIII52s8s8s16s")]

    def threads(self):
        keys = ("id", "suspended", "priority_class", "priority", "teb", "stack", "stack_size", "stack_at", "context_size", "context_at")
        return [dict(zip(keys, values)) for values in self._list(3, "<IIIIQQIIII")]

    def memory(self):
        return [(begin, self.data[at:at + size]) for begin, size, at in self._list(5, "<QII")]

    def exception(self):
        at, _ = self.streams[6]
        thread, _, code, flags, _, address, count, _ = struct.unpack_from("<IIIIQQII", self.data, at)
        parameters = struct.unpack_from(f"<{count}Q", self.data, at + 40)
        size, context = struct.unpack_from("<II", self.data, at + 8 + 152)
        return {"thread": thread, "code": code, "address": address, "parameters": parameters, "context": self.data[context:context + size]}

    def regions(self):
        at, _ = self.streams[16]
        head, step, count = struct.unpack_from("<IIQ", self.data, at)
        return [struct.unpack_from("<QQIIQIIII", self.data, at + head + i * step) for i in range(count)]

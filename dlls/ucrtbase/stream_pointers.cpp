// SPDX-License-Identifier: MIT
// stream_pointers.cpp: <fstream>'s look into a stream's buffer.
//
// (The functions for callers that hold the stream's lock, _getc_nolock and its like, are other names of those that
// lock: a critical section lets its owner in again.) Source: "_get_stream_buffer_pointers".
#include <dlls/crt/stream.h>

using namespace oriel::crt;

/// Addresses of the stream's own words: the C++ library moves through the buffer by them.
UCRT_EXPORT int _get_stream_buffer_pointers(File* stream, char*** base, char*** pointer, int** count) {
    if (!stream)
        return invalid_parameter();
    if (base)
        *base = &stream->_base;
    if (pointer)
        *pointer = &stream->_ptr;
    if (count)
        *count = &stream->_cnt;
    return 0;
}

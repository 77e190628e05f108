// SPDX-License-Identifier: MIT
// winbase_profile.cpp: .INI files: [section], name=value, in the ANSI code page or, with its mark, in UTF-16.
//
// Each call reads the whole file, as Windows does when its cache is empty; a write writes it whole. A name without a
// path lies in the Windows directory. Sources: "GetPrivateProfileStringW function", "WritePrivateProfileStringW
// function" (Microsoft documentation).
#include "buffer.h"
#include "fileapi.h"
#include "kernel32.h"
#include "message_text.h"
#include "text.h"

#include <algorithm>
#include <span>

namespace oriel::k32 {
namespace {

using Text = std::span<const WCHAR>;

/// The file's path: relative names without a directory part are the Windows directory's.
bool profile_path(const WCHAR* name, PathBuffer& to) {
    const std::size_t length = length_of(name);
    const bool plain =
        std::none_of(name, name + length, [](WCHAR c) { return c == L'\\' || c == L'/' || c == L':'; });
    if (!to.reserve(length + MAX_PATH + 2)) return false;
    std::size_t at = 0;
    if (plain) {
        at = GetWindowsDirectoryW(to.data(), MAX_PATH);
        to[at++] = L'\\';
    }
    std::copy_n(name, length + 1, to.data() + at);
    return true;
}

/// Reads the file into UTF-16. False with the last error set if there is none.
bool read_profile(const WCHAR* name, MessageText& to) {
    PathBuffer path;
    if (!profile_path(name, path)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    const OwnedFile file(CreateFileW(path.data(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                     OPEN_EXISTING, 0, nullptr));
    if (!file.ok()) return false;
    const DWORD size = GetFileSize(file.get(), nullptr);
    Buffer<char, 2048> bytes;
    DWORD done = 0;
    if (size == INVALID_FILE_SIZE || !bytes.reserve(size + 1) ||
        !ReadFile(file.get(), bytes.data(), size, &done, nullptr))
        return false;
    if (done >= 2 && static_cast<unsigned char>(bytes[0]) == 0xFF && static_cast<unsigned char>(bytes[1]) == 0xFE) {
        to.append(reinterpret_cast<const WCHAR*>(bytes.data()) + 1, done / sizeof(WCHAR) - 1);
    } else {
        const WideText text(bytes.data(), done, CP_ACP);
        if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
        to.append(text.get(), text.length());
    }
    return to.ok();
}

Text trimmed(Text text) {
    const auto blank = [](WCHAR c) { return c == L' ' || c == L'\t' || c == L'\r'; };
    while (!text.empty() && blank(text.front())) text = text.subspan(1);
    while (!text.empty() && blank(text.back())) text = text.first(text.size() - 1);
    return text;
}
bool same(Text text, const WCHAR* name) {
    return CompareStringOrdinal(text.data(), static_cast<int>(text.size()), name, -1, TRUE) == CSTR_EQUAL;
}

/// One line of the file, and where it stands in it.
struct Line {
    Text whole;             ///< without the line end
    std::size_t begin, end; ///< offsets; `end` is behind the line end
    Text section;           ///< of a "[section]" line, else empty
    Text name, value;       ///< of a "name=value" line, else empty
    bool is_section, is_entry;
};

/// Calls `visit(line)` for each line until it answers false.
template<class Visit>
void for_each_line(Text text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        Line line{};
        line.begin = at;
        while (at < text.size() && text[at] != L'\n') ++at;
        line.whole = text.subspan(line.begin, at - line.begin);
        if (at < text.size()) ++at;
        line.end = at;
        const Text content = trimmed(line.whole);
        if (!content.empty() && content[0] == L'[') {
            line.is_section = true;
            const auto close = std::find(content.begin(), content.end(), L']');
            line.section = trimmed(content.subspan(1, static_cast<std::size_t>(close - content.begin()) - 1));
        } else if (!content.empty() && content[0] != L';') {
            const auto equals = std::find(content.begin(), content.end(), L'=');
            if (equals != content.end()) {
                line.is_entry = true;
                line.name = trimmed(content.first(static_cast<std::size_t>(equals - content.begin())));
                line.value = trimmed(
                    content.subspan(line.name.data() ? static_cast<std::size_t>(equals - content.begin()) + 1 : 0));
            }
        }
        if (!visit(line)) return;
    }
}

/// Calls `visit` for the lines of one section.
template<class Visit>
bool for_each_entry(Text text, const WCHAR* section, Visit visit) {
    bool inside = false, found = false;
    for_each_line(text, [&](const Line& line) {
        if (line.is_section) {
            inside = same(line.section, section);
            found = found || inside;
            return true;
        }
        return !inside || visit(line);
    });
    return found;
}

/// Collects NUL-separated strings as far as they fit, ended by two NULs. Answers the characters without the last NUL;
/// size - 2 where it was cut.
class List {
public:
    List(WCHAR* to, DWORD size) : m_to(to), m_size(size) {}
    void add(Text text) {
        for (const WCHAR c : text) put(c);
        put(0);
    }
    DWORD finish() {
        if (m_size < 2) {
            if (m_size) *m_to = 0;
            return 0;
        }
        if (m_cut) {
            m_to[m_size - 2] = m_to[m_size - 1] = 0;
            return m_size - 2;
        }
        m_to[m_length] = 0;
        if (m_length == 0) m_to[1] = 0;
        return m_length;
    }

private:
    void put(WCHAR c) {
        if (m_length + 1 < m_size)
            m_to[m_length++] = c;
        else
            m_cut = true;
    }
    WCHAR* m_to;
    DWORD m_size;
    DWORD m_length = 0;
    bool m_cut = false;
};

DWORD give(Text text, WCHAR* to, DWORD size) {
    if (size == 0) return 0;
    const std::size_t length = std::min<std::size_t>(text.size(), size - 1);
    std::copy_n(text.data(), length, to);
    to[length] = 0;
    return static_cast<DWORD>(length);
}

/// A value loses one pair of quotation marks around it.
Text unquoted(Text value) {
    if (value.size() >= 2 && (value.front() == L'"' || value.front() == L'\'') && value.back() == value.front())
        return value.subspan(1, value.size() - 2);
    return value;
}

DWORD get_string(const WCHAR* section, const WCHAR* name, const WCHAR* fallback, WCHAR* to, DWORD size,
                 const WCHAR* file) {
    MessageText contents;
    const bool readable = file && read_profile(file, contents);
    const Text text(contents.data(), readable ? contents.length() : 0);
    if (!section || !name) { // a list of sections, or of one section's names
        List list(to, size);
        if (!section)
            for_each_line(text, [&](const Line& line) {
                if (line.is_section) list.add(line.section);
                return true;
            });
        else
            for_each_entry(text, section, [&](const Line& line) {
                if (line.is_entry) list.add(line.name);
                return true;
            });
        return list.finish();
    }
    Text value;
    bool found = false;
    for_each_entry(text, section, [&](const Line& line) {
        if (!line.is_entry || !same(line.name, name)) return true;
        value = unquoted(line.value);
        found = true;
        return false;
    });
    if (!found) {
        const Text other = fallback ? Text(fallback, length_of(fallback)) : Text();
        value = other;
        while (!value.empty() && value.back() == L' ') value = value.first(value.size() - 1);
    }
    return give(value, to, size);
}

/// Writes the file anew, in UTF-16 if it was, else in ANSI.
BOOL write_profile(const WCHAR* name, const MessageText& contents) {
    PathBuffer path;
    if (!profile_path(name, path)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    const OwnedFile file(CreateFileW(path.data(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_ALWAYS,
                                     FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file.ok()) return FALSE;
    unsigned char mark[2] = {};
    DWORD done = 0;
    ReadFile(file.get(), mark, 2, &done, nullptr);
    const bool wide_file = done == 2 && mark[0] == 0xFF && mark[1] == 0xFE;
    SetFilePointer(file.get(), wide_file ? 2 : 0, nullptr, FILE_BEGIN);
    BOOL good;
    if (wide_file) {
        good = WriteFile(file.get(), contents.data(), static_cast<DWORD>(contents.length() * sizeof(WCHAR)), &done,
                         nullptr);
    } else {
        const std::size_t bytes = narrow_length(contents.data(), contents.length(), CP_ACP);
        Buffer<char, 2048> text;
        if (!text.reserve(bytes + 1)) return fail(ERROR_NOT_ENOUGH_MEMORY);
        narrow(contents.data(), contents.length(), text.data(), bytes, CP_ACP);
        good = WriteFile(file.get(), text.data(), static_cast<DWORD>(bytes), &done, nullptr);
    }
    return good && SetEndOfFile(file.get());
}

void append(MessageText& to, const WCHAR* text) { to.append(text, length_of(text)); }

BOOL put_string(const WCHAR* section, const WCHAR* name, const WCHAR* value, const WCHAR* file) {
    if (!file) return fail(ERROR_FILE_NOT_FOUND);
    if (!section) return TRUE; // flushes the cache that we do not have
    MessageText old;
    const DWORD error = last_error();
    read_profile(file, old);
    set_last_error(error);
    const Text text(old.data(), old.length());

    MessageText result;
    bool inside = false, section_seen = false, done = false;
    std::size_t insert_at = 0; // offset in `result` behind the section's last entry
    for_each_line(text, [&](const Line& line) {
        const Text whole = text.subspan(line.begin, line.end - line.begin);
        if (line.is_section) {
            inside = !section_seen && same(line.section, section);
            section_seen = section_seen || inside;
            if (inside && !name) return true; // the whole section goes
        } else if (inside && !name) {
            return true;
        } else if (inside && line.is_entry && !done && same(line.name, name)) {
            done = true;
            if (value) {
                result.append(line.name.data(), line.name.size());
                append(result, L"=");
                append(result, value);
                append(result, L"\r\n");
            }
            return true;
        }
        result.append(whole.data(), whole.size());
        if (inside && (line.is_section || line.is_entry)) insert_at = result.length();
        return true;
    });
    if (name && value && !done) {
        MessageText with_entry;
        const std::size_t head = section_seen ? insert_at : result.length();
        with_entry.append(result.data(), head);
        if (head && result.data()[head - 1] != L'\n') append(with_entry, L"\r\n");
        if (!section_seen) {
            append(with_entry, L"[");
            append(with_entry, section);
            append(with_entry, L"]\r\n");
        }
        append(with_entry, name);
        append(with_entry, L"=");
        append(with_entry, value);
        append(with_entry, L"\r\n");
        with_entry.append(result.data() + head, result.length() - head);
        return with_entry.ok() ? write_profile(file, with_entry) : fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    return result.ok() ? write_profile(file, result) : fail(ERROR_NOT_ENOUGH_MEMORY);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI GetPrivateProfileStringW(LPCWSTR section, LPCWSTR name, LPCWSTR fallback, LPWSTR to,
                                                 DWORD size, LPCWSTR file) {
    return get_string(section, name, fallback, to, size, file);
}
K32_EXPORT DWORD WINAPI GetPrivateProfileStringA(LPCSTR section, LPCSTR name, LPCSTR fallback, LPSTR to, DWORD size,
                                                 LPCSTR file) {
    const WideText wide_section(section), wide_name(name), wide_fallback(fallback), wide_file(file);
    Buffer<WCHAR, 512> text;
    if (!text.reserve(size + 1)) return static_cast<DWORD>(fail(ERROR_NOT_ENOUGH_MEMORY));
    const DWORD length =
        get_string(wide_section.get(), wide_name.get(), wide_fallback.get(), text.data(), size, wide_file.get());
    if (!size) return 0;
    const std::size_t bytes = narrow(text.data(), length, to, size - 1, CP_ACP);
    to[bytes] = 0;
    if ((!section || !name) && bytes + 1 < size) to[bytes + 1] = 0;
    return static_cast<DWORD>(bytes);
}
K32_EXPORT UINT WINAPI GetPrivateProfileIntW(LPCWSTR section, LPCWSTR name, INT fallback, LPCWSTR file) {
    WCHAR text[32];
    if (!get_string(section, name, L"", text, 32, file)) return static_cast<UINT>(fallback);
    const WCHAR* at = text;
    const bool negative = *at == L'-';
    if (negative) ++at;
    const bool hexadecimal = at[0] == L'0' && (at[1] | 0x20) == L'x';
    if (hexadecimal) at += 2;
    UINT value = 0;
    for (;; ++at) {
        const WCHAR c = static_cast<WCHAR>(*at | 0x20);
        if (*at >= L'0' && *at <= L'9')
            value = value * (hexadecimal ? 16 : 10) + static_cast<UINT>(*at - L'0');
        else if (hexadecimal && c >= L'a' && c <= L'f')
            value = value * 16 + static_cast<UINT>(c - L'a' + 10);
        else
            break;
    }
    return negative ? 0 - value : value;
}
K32_EXPORT UINT WINAPI GetPrivateProfileIntA(LPCSTR section, LPCSTR name, INT fallback, LPCSTR file) {
    const WideText wide_section(section), wide_name(name), wide_file(file);
    return GetPrivateProfileIntW(wide_section.get(), wide_name.get(), fallback, wide_file.get());
}
K32_EXPORT DWORD WINAPI GetPrivateProfileSectionNamesW(LPWSTR to, DWORD size, LPCWSTR file) {
    return get_string(nullptr, nullptr, nullptr, to, size, file);
}
K32_EXPORT DWORD WINAPI GetPrivateProfileSectionNamesA(LPSTR to, DWORD size, LPCSTR file) {
    return GetPrivateProfileStringA(nullptr, nullptr, nullptr, to, size, file);
}
K32_EXPORT DWORD WINAPI GetPrivateProfileSectionW(LPCWSTR section, LPWSTR to, DWORD size, LPCWSTR file) {
    MessageText contents;
    List list(to, size);
    if (section && file && read_profile(file, contents))
        for_each_entry(Text(contents.data(), contents.length()), section, [&](const Line& line) {
            if (line.is_entry) list.add(trimmed(line.whole));
            return true;
        });
    return list.finish();
}
K32_EXPORT BOOL WINAPI WritePrivateProfileStringW(LPCWSTR section, LPCWSTR name, LPCWSTR value, LPCWSTR file) {
    return put_string(section, name, value, file);
}
K32_EXPORT BOOL WINAPI WritePrivateProfileStringA(LPCSTR section, LPCSTR name, LPCSTR value, LPCSTR file) {
    const WideText wide_section(section), wide_name(name), wide_value(value), wide_file(file);
    return put_string(wide_section.get(), wide_name.get(), wide_value.get(), wide_file.get());
}

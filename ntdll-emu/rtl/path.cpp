// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/path.h>

#include <algorithm>

namespace oriel::rtl {

namespace {

char16_t at(Text text, std::size_t index) { return index < text.size() ? text[index] : u'\0'; }

bool is_drive(Text path) { return at(path, 1) == u':'; }

Text without_trailing(Text text, Text which) {
    while (!text.empty() && which.find(text.back()) != Text::npos) text.remove_suffix(1);
    return text;
}

bool is_port_digit(char16_t c) {
    // The superscripts are digits to the code page that DOS used, and so they count ("Naming Files ...").
    return (c >= u'1' && c <= u'9') || c == u'\u00B9' || c == u'\u00B2' || c == u'\u00B3';
}

bool is_device_word(Text word) {
    for (const Text name :
         {Text(u"NUL"), Text(u"CON"), Text(u"PRN"), Text(u"AUX"), Text(u"CONIN$"), Text(u"CONOUT$")}) {
        if (equal(word, name, Case::Insensitive)) return true;
    }
    if (word.size() != 4 || !is_port_digit(word[3])) return false;
    return starts_with(word, u"COM", Case::Insensitive) || starts_with(word, u"LPT", Case::Insensitive);
}

} // namespace

PathType path_type(Text path) {
    if (!is_separator(at(path, 0))) {
        if (!is_drive(path)) return PathType::Relative;
        return is_separator(at(path, 2)) ? PathType::DriveAbsolute : PathType::DriveRelative;
    }
    if (!is_separator(at(path, 1))) return PathType::Rooted;
    if (at(path, 2) != u'.' && at(path, 2) != u'?') return PathType::UncAbsolute;
    if (is_separator(at(path, 3))) return PathType::LocalDevice;
    return path.size() > 3 ? PathType::UncAbsolute : PathType::RootLocalDevice;
}

DeviceName dos_device_name(Text path) {
    const PathType type = path_type(path);
    if (type == PathType::LocalDevice) {
        return equal(path, u"\\\\.\\CON", Case::Insensitive) ? DeviceName{4, 3} : DeviceName{};
    }
    if (type == PathType::UncAbsolute || type == PathType::RootLocalDevice) return {};
    Text rest = path;
    if (!rest.empty() && rest.back() == u':') rest.remove_suffix(1);
    rest = without_trailing(rest, u". ");
    std::size_t begin = rest.size();
    while (begin != 0 && !is_separator(rest[begin - 1]) && !(begin == 2 && is_drive(path))) --begin;
    Text word = rest.substr(begin);
    word = without_trailing(word.substr(0, word.find_first_of(u".:")), u" ");
    return is_device_word(word) ? DeviceName{begin, word.size()} : DeviceName{};
}

// ------------------------------------------------------------------------------------- full paths

namespace {

/// Characters of "\\server\share\" (or of what there is of it).
std::size_t unc_root(Text path) {
    std::size_t at = 2;
    for (int part = 0; part < 2; ++part) {
        while (at < path.size() && !is_separator(path[at])) ++at;
        if (part == 0) {
            while (at < path.size() && is_separator(path[at])) ++at;
        }
    }
    return at;
}

/// The pieces that a full path is made of: a root, which '..' does not leave, then text relative to it.
struct Pieces {
    Text root;     ///< as it stands
    Text directory; ///< of the current directory, below its root
    Text rest;     ///< of the path
    char16_t drive = 0; ///< a root made up from a drive letter, when `root` is empty
};

Text root_of(Text directory) {
    const PathType type = path_type(directory);
    if (type == PathType::UncAbsolute) return directory.substr(0, unc_root(directory));
    if (type == PathType::LocalDevice) return directory.substr(0, 4);
    return directory.substr(0, std::min<std::size_t>(3, directory.size()));
}

Pieces below(Text directory, Text rest) {
    const Text root = root_of(directory);
    return {root, directory.substr(root.size()), rest};
}

Pieces pieces_of(Text path, const PathContext& context) {
    switch (path_type(path)) {
    case PathType::UncAbsolute: {
        const std::size_t root = unc_root(path);
        return {path.substr(0, root), {}, path.substr(root)};
    }
    case PathType::LocalDevice:
        return {path.substr(0, 4), {}, path.substr(4)};
    case PathType::RootLocalDevice:
        return {path.substr(0, 3), {}, {}};
    case PathType::DriveAbsolute:
        return {path.substr(0, 3), {}, path.substr(3)};
    case PathType::DriveRelative: {
        const Text current = context.current_directory();
        const Text rest = path.substr(2);
        if (is_drive(current) && upcase(current[0]) == upcase(path[0])) return below(current, rest);
        const Text directory = context.drive_directory(upcase(path[0]));
        if (!directory.empty()) return below(directory, rest);
        return {{}, {}, rest, path[0]};
    }
    case PathType::Rooted:
        return {root_of(context.current_directory()), {}, path};
    default:
        return below(context.current_directory(), path);
    }
}

/// Writes components behind a root and takes '..' back.
class PathWriter {
public:
    explicit PathWriter(char16_t* to) : m_begin(to), m_end(to), m_root(to) {}

    void put_root(Text root) {
        for (const char16_t c : root) *m_end++ = c == u'/' ? u'\\' : c;
        m_root = m_end;
    }
    /// The root of a share or a device may end without a backslash; what follows needs one.
    void close_root() {
        if (m_end != m_begin && m_end[-1] != u'\\') *m_end++ = u'\\';
        m_root = m_end;
    }
    /// Between a directory and what is relative to it.
    void separate() {
        if (m_end != m_root && m_end[-1] != u'\\') *m_end++ = u'\\';
    }
    void drop_backslash() {
        if (m_end != m_root && m_end[-1] == u'\\') --m_end;
    }
    void put_components(Text text) {
        while (!text.empty()) {
            std::size_t length = 0;
            while (length < text.size() && !is_separator(text[length])) ++length;
            const bool followed = length < text.size();
            put_component(text.substr(0, length), followed);
            text.remove_prefix(length + (followed ? 1 : 0));
        }
    }
    void finish() {
        // Dots and spaces at the very end do not count, but '\' does.
        while (m_end != m_root && (m_end[-1] == u'.' || m_end[-1] == u' ')) --m_end;
        *m_end = 0;
    }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(m_end - m_begin); }

private:
    void put_component(Text name, bool followed) {
        if (name.empty()) return;
        if (name == u"." || name == u"..") {
            if (name == u"..") {
                drop_backslash();
                while (m_end != m_root && m_end[-1] != u'\\') --m_end;
            }
            if (!followed) drop_backslash(); // "x\." is x, not the inside of x
            return;
        }
        // One dot at a folder's end is dropped; two and more belong to the name.
        if (followed && name.back() == u'.' && at(name, name.size() - 2) != u'.') name.remove_suffix(1);
        m_end = std::copy(name.begin(), name.end(), m_end);
        if (followed) *m_end++ = u'\\';
    }

    char16_t* m_begin;
    char16_t* m_end;
    char16_t* m_root;
};

bool only_blanks(Text path) { return path.find_first_not_of(u' ') == Text::npos; }

} // namespace

std::size_t full_path_bound(Text path, const PathContext& context) {
    std::size_t directory = context.current_directory().size();
    if (path_type(path) == PathType::DriveRelative) {
        directory = std::max(directory, context.drive_directory(upcase(path[0])).size());
    }
    return directory + path.size() + 8;
}

std::size_t full_path(Text path, const PathContext& context, char16_t* to) {
    if (only_blanks(path)) return 0;
    if (const DeviceName device = dos_device_name(path); device.found()) {
        char16_t* end = std::copy_n(u"\\\\.\\", 4, to);
        const Text name = path.substr(device.offset, device.length);
        end = std::copy(name.begin(), name.end(), end);
        *end = 0;
        return static_cast<std::size_t>(end - to);
    }
    const Pieces pieces = pieces_of(path, context);
    PathWriter writer(to);
    if (pieces.drive != 0) {
        const char16_t root[3] = {pieces.drive, u':', u'\\'};
        writer.put_root({root, 3});
    } else {
        writer.put_root(pieces.root);
    }
    if (!pieces.directory.empty() || !pieces.rest.empty() || path_type(path) == PathType::RootLocalDevice)
        writer.close_root();
    writer.put_components(pieces.directory);
    if (pieces.rest.empty()) writer.drop_backslash();
    else writer.separate();
    writer.put_components(pieces.rest);
    writer.finish();
    return writer.size();
}

std::size_t file_part(Text full) {
    const std::size_t slash = full.find_last_of(u'\\');
    if (slash == Text::npos || slash + 1 == full.size()) return Text::npos;
    return slash + 1;
}

NtPrefix nt_prefix(Text full) {
    switch (path_type(full)) {
    case PathType::LocalDevice: return {u"\\??\\", 4};
    case PathType::RootLocalDevice: return {u"\\??\\", 3};
    case PathType::UncAbsolute: return {u"\\??\\UNC\\", 2};
    default: return {u"\\??\\", 0};
    }
}

bool is_verbatim(Text path) { return path.substr(0, 4) == u"\\\\?\\" || path.substr(0, 4) == u"\\??\\"; }

} // namespace oriel::rtl

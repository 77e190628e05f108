// SPDX-License-Identifier: MIT
// crt_string.cpp: memory and strings, at every length and alignment where the fast paths change.
// Source: C standard, 7.24; "strcpy_s", "strncpy_s", "_stricmp", "strtok_s" in Microsoft's documentation.
#include "crt_test.h"

#include <vector>

namespace {

auto* copy = msvcrt<void*(void*, const void*, size_t)>("memcpy");
auto* move = msvcrt<void*(void*, const void*, size_t)>("memmove");
auto* set = msvcrt<void*(void*, int, size_t)>("memset");
auto* compare = msvcrt<int(const void*, const void*, size_t)>("memcmp");
auto* find = msvcrt<void*(const void*, int, size_t)>("memchr");
auto* length = msvcrt<size_t(const char*)>("strlen");
auto* wide_length = msvcrt<size_t(const wchar_t*)>("wcslen");

std::vector<size_t> lengths() {
    std::vector<size_t> result;
    for (size_t n = 0; n <= 150; ++n)
        result.push_back(n);
    for (size_t n : {255, 256, 257, 4095, 4096, 4097, 9000})
        result.push_back(n);
    return result;
}

TEST(CrtMemory, memcpy_copies_exactly_its_bytes) {
    std::vector<unsigned char> from(10000), to(10100), expected;
    for (size_t i = 0; i < from.size(); ++i)
        from[i] = static_cast<unsigned char>(i * 31 + 7);
    for (size_t n : lengths())
        for (size_t shift : {0, 1, 7, 15}) {
            std::fill(to.begin(), to.end(), 0xEE);
            expected = to;
            std::copy(from.begin() + 3, from.begin() + 3 + n, expected.begin() + 16 + shift);
            EXPECT_EQ(copy(&to[16 + shift], &from[3], n), &to[16 + shift]);
            ASSERT_EQ(to, expected) << n << " bytes, shifted by " << shift;
        }
}

TEST(CrtMemory, memmove_takes_blocks_that_overlap) {
    for (size_t n : lengths())
        for (int distance : {-200, -33, -16, -1, 0, 1, 5, 16, 33, 200}) {
            std::vector<unsigned char> block(n + 600), expected;
            for (size_t i = 0; i < block.size(); ++i)
                block[i] = static_cast<unsigned char>(i * 13);
            expected = block;
            std::vector<unsigned char> part(block.begin() + 250, block.begin() + 250 + n);
            std::copy(part.begin(), part.end(), expected.begin() + 250 + distance);
            move(&block[250 + distance], &block[250], n);
            ASSERT_EQ(block, expected) << n << " bytes by " << distance;
        }
}

TEST(CrtMemory, memset_sets_exactly_its_bytes) {
    for (size_t n : lengths())
        for (size_t shift : {0, 1, 9}) {
            std::vector<unsigned char> block(n + 40, 1), expected = block;
            std::fill(expected.begin() + 16 + shift, expected.begin() + 16 + shift + n, 0xAB);
            set(&block[16 + shift], 0xFFFFFFAB, n);
            ASSERT_EQ(block, expected) << n;
        }
}

TEST(CrtMemory, memcmp_and_memchr_find_the_first) {
    for (size_t n : {1, 7, 8, 9, 16, 17, 31, 64, 100}) {
        std::vector<unsigned char> a(n, 5), b(n, 5);
        EXPECT_EQ(compare(&a[0], &b[0], n), 0);
        for (size_t i = 0; i < n; ++i) {
            b[i] = 0xF0;
            EXPECT_LT(compare(&a[0], &b[0], n), 0);
            EXPECT_GT(compare(&b[0], &a[0], n), 0);
            EXPECT_EQ(find(&b[0], 0xF0, n), &b[i]);
            EXPECT_EQ(find(&b[0], 0xF0, i), nullptr);
            b[i] = 5;
        }
    }
}

TEST(CrtString, Lengths_at_every_alignment_up_to_the_end_of_a_page) {
    auto* pages = static_cast<char*>(VirtualAlloc(nullptr, 0x2000, MEM_RESERVE, PAGE_NOACCESS));
    ASSERT_NE(VirtualAlloc(pages, 0x1000, MEM_COMMIT, PAGE_READWRITE), nullptr);
    memset(pages, 'x', 0x1000);
    pages[0xFFF] = 0;
    for (size_t n = 0; n < 70; ++n)
        EXPECT_EQ(length(pages + 0xFFF - n), n);
    auto* wide = reinterpret_cast<wchar_t*>(pages);
    for (size_t i = 0; i < 0x7FF; ++i)
        wide[i] = L'w';
    wide[0x7FF] = 0;
    for (size_t n = 0; n < 40; ++n)
        EXPECT_EQ(wide_length(wide + 0x7FF - n), n);
    VirtualFree(pages, 0, MEM_RELEASE);
}

TEST(CrtString, Comparison_is_of_unsigned_values_and_answers_one) {
    auto* order = msvcrt<int(const char*, const char*)>("strcmp");
    EXPECT_EQ(order("abc", "abc"), 0);
    EXPECT_EQ(order("abc", "abd"), -1);
    EXPECT_EQ(order("\xFF", "a"), 1);
    EXPECT_EQ(order("ab", "abc"), -1);
}

TEST(CrtString, Comparison_without_case_folds_ASCII_to_lower_case) {
    EXPECT_EQ(_stricmp("HeLLo", "hEllO"), 0);
    EXPECT_LT(_stricmp("_", "a"), 0);
    EXPECT_EQ(_strnicmp("ABCx", "abcy", 3), 0);
    EXPECT_EQ(_wcsicmp(L"ABC", L"abc"), 0);
    EXPECT_NE(_stricmp("\xC4", "\xE4"), 0);
}

TEST(CrtString, Searching) {
    EXPECT_STREQ(strstr("hello world", "o w"), "o world");
    EXPECT_EQ(strstr("aaa", "ab"), nullptr);
    EXPECT_STREQ(strstr("x", ""), "x");
    EXPECT_STREQ(strrchr("a.b.c", '.'), ".c");
    EXPECT_STREQ(strpbrk("hello", "xyzl"), "llo");
    EXPECT_EQ(strspn("aabbc", "ab"), 4u);
    EXPECT_EQ(strcspn("hello", "l"), 2u);
    EXPECT_STREQ(wcsstr(L"abcabd", L"abd"), L"abd");
}

TEST(CrtString, Tokens_and_changes_in_place) {
    char text[] = ",a,,b;c";
    EXPECT_STREQ(strtok(text, ",;"), "a");
    EXPECT_STREQ(strtok(nullptr, ",;"), "b");
    EXPECT_STREQ(strtok(nullptr, ",;"), "c");
    EXPECT_EQ(strtok(nullptr, ",;"), nullptr);
    char word[] = "AbC";
    EXPECT_STREQ(_strlwr(word), "abc");
    EXPECT_STREQ(_strupr(word), "ABC");
    EXPECT_STREQ(_strrev(word), "CBA");
    EXPECT_STREQ(_strnset(word, 'x', 2), "xxA");
}

TEST(CrtString, strncpy_fills_with_NULs_and_strncat_ends_with_one) {
    char buffer[8] = "zzzzzzz";
    strncpy(buffer, "ab", 5);
    EXPECT_EQ(std::string(buffer, 7), std::string("ab\0\0\0zz", 7));
    strcpy(buffer, "ab");
    strncat(buffer, "cdef", 2);
    EXPECT_STREQ(buffer, "abcd");
}

TEST(CrtString, The_secure_kind_refuses_what_does_not_fit) {
    auto* copy_s = msvcrt<int(char*, size_t, const char*)>("strcpy_s");
    auto* part_s = msvcrt<int(char*, size_t, const char*, size_t)>("strncpy_s");
    auto* join_s = msvcrt<int(char*, size_t, const char*)>("strcat_s");
    char buffer[4] = "x";
    EXPECT_EQ(copy_s(buffer, 4, "abc"), 0);
    EXPECT_STREQ(buffer, "abc");
    EXPECT_EQ(copy_s(buffer, 4, "abcd"), ERANGE);
    EXPECT_STREQ(buffer, "");
    EXPECT_EQ(copy_s(nullptr, 4, "a"), EINVAL);
    EXPECT_EQ(part_s(buffer, 4, "abcdef", 2), 0);
    EXPECT_STREQ(buffer, "ab");
    EXPECT_EQ(part_s(buffer, 4, "abcdef", size_t(-1)), STRUNCATE);
    EXPECT_STREQ(buffer, "abc");
    EXPECT_EQ(join_s(buffer, 4, "d"), ERANGE);
}

TEST(CrtString, Types_of_bytes_in_the_C_locale) {
    EXPECT_NE(isalpha('a'), 0);
    EXPECT_EQ(isalpha(0xE4), 0);
    EXPECT_NE(isspace('\v'), 0);
    EXPECT_NE(ispunct('_'), 0);
    EXPECT_NE(iscntrl(127), 0);
    EXPECT_EQ(isprint('\t'), 0);
    EXPECT_NE(isxdigit('F'), 0);
    EXPECT_EQ(isalpha(EOF), 0);
    EXPECT_EQ(toupper('z'), 'Z');
    EXPECT_EQ(tolower(0xC4), 0xC4);
    EXPECT_NE(iswalpha(0xE4), 0);
    EXPECT_EQ(iswalpha(WEOF), 0);
    EXPECT_EQ(towupper(L'a'), L'A');
}

} // namespace

// SPDX-License-Identifier: MIT
// ucrt_numbers.cpp: numbers, mathematics, time, text and the process in ucrtbase.dll, where msvcrt.dll has nothing like it.
// Sources stand beside the tests; all are pages of Microsoft's C runtime reference, or the C standard.
#include "ucrt_test.h"

#include <cmath>
#include <cstdint>
#include <ctime>
#include <limits>

namespace {

/// "strtod, _strtod_l, wcstod, _wcstod_l"
TEST(UcrtNumbers, Text_to_double_reads_words_and_hexadecimal) {
    auto* convert = ucrt<double(const char*, char**)>("strtod");
    const auto check = [&](const char* text, double value, size_t used) {
        char* end = nullptr;
        EXPECT_EQ(convert(text, &end), value) << text;
        EXPECT_EQ(static_cast<size_t>(end - text), used) << text;
    };
    check("  -12.5e2x", -1250, 9);
    check("0x1.8p3z", 12, 7);
    check("0x", 0, 1);
    check("INFinity!", std::numeric_limits<double>::infinity(), 8);
    check("-inf", -std::numeric_limits<double>::infinity(), 4);
    check("1d5", 1, 1);
    check("abc", 0, 0);
    EXPECT_TRUE(std::isnan(convert("nan(12)", nullptr)));
}

/// "strtof": rounded once.
TEST(UcrtNumbers, Text_to_float_is_rounded_once) {
    auto* convert = ucrt<float(const char*, char**)>("strtof");
    EXPECT_EQ(convert("1.00000005960464477540", nullptr), 1.00000011920928955f);
    EXPECT_EQ(convert("3.5e38", nullptr), std::numeric_limits<float>::infinity());
}

/// "strtoll", "strtoull"
TEST(UcrtNumbers, Text_to_64_bits) {
    EXPECT_EQ(ucrt<long long(const char*, char**, int)>("strtoll")("-9223372036854775808", nullptr, 10), INT64_MIN);
    EXPECT_EQ(ucrt<unsigned long long(const char*, char**, int)>("strtoull")("0xFFFFFFFFFFFFFFFF", nullptr, 0), UINT64_MAX);
}

template<class Result = double> Result call(const char* name, double x) { return ucrt<Result(double)>(name)(x); }

/// The C standard, 7.12.9
TEST(UcrtMathematics, Rounding) {
    EXPECT_EQ(call("round", 2.5), 3);
    EXPECT_EQ(call("round", -2.5), -3);
    EXPECT_EQ(call("round", 0.49999999999999994), 0);
    EXPECT_EQ(call("trunc", -2.7), -2);
    EXPECT_EQ(call("rint", 2.5), 2);
    EXPECT_EQ(call("nearbyint", -3.5), -4);
    EXPECT_TRUE(std::signbit(call("rint", -0.2)));
    EXPECT_EQ(call<long>("lrint", 3.5), 4);
    EXPECT_EQ(call<long long>("llround", -2.5), -3);
    EXPECT_EQ(call("trunc", 1e300), 1e300);
}

/// The C standard, 7.12.6 to 7.12.13
TEST(UcrtMathematics, What_C99_added) {
    EXPECT_EQ(call("cbrt", 27), 3);
    EXPECT_EQ(call("log2", 1024), 10);
    EXPECT_EQ(call("exp2", -3), 0.125);
    EXPECT_NEAR(call("erf", 0.5), 0.52049987781304654, 1e-15);
    EXPECT_NEAR(call("tgamma", 5), 24, 1e-12);
    EXPECT_NEAR(call("asinh", 1), 0.88137358701954305, 1e-15);
    EXPECT_NEAR(call("log1p", 1e-10), 9.9999999995e-11, 1e-24);
    EXPECT_EQ(call<int>("ilogb", 0.4), -2);
    EXPECT_EQ(ucrt<double(double, double)>("fmax")(std::nan(""), 2), 2);
    EXPECT_EQ(ucrt<double(double, double)>("fdim")(5, 3), 2);
    EXPECT_EQ(ucrt<double(double, double)>("copysign")(5, -0.0), -5);
    EXPECT_EQ(ucrt<double(double, double)>("remainder")(5, 3), -1);
    EXPECT_EQ(ucrt<double(double, double, double)>("fma")(0x1.0000001p0, 0x1.0000001p0, -1), 0x1.00000008p-27);
    int quotient = 0;
    EXPECT_EQ(ucrt<double(double, double, int*)>("remquo")(29, 3, &quotient), -1);
    EXPECT_EQ(quotient & 7, 10 & 7);
}

/// "_dclass, _ldclass, _fdclass": _DENORM -2, _FINITE -1, 0, _INFCODE 1, _NANCODE 2
TEST(UcrtMathematics, Classes) {
    EXPECT_EQ(call<short>("_dclass", 1.5), -1);
    EXPECT_EQ(call<short>("_dclass", 0), 0);
    EXPECT_EQ(call<short>("_dclass", 5e-324), -2);
    EXPECT_EQ(call<short>("_dclass", std::numeric_limits<double>::infinity()), 1);
    EXPECT_EQ(call<short>("_dclass", std::nan("")), 2);
    EXPECT_EQ(call<int>("_dsign", -0.0) != 0, true);
    EXPECT_EQ(ucrt<int()>("__fpe_flt_rounds")(), 1);
}

/// "strftime, wcsftime, _strftime_l, _wcsftime_l"
TEST(UcrtTime, The_standards_letters) {
    std::tm when{};
    when.tm_year = 2027 - 1900;
    when.tm_mon = 0;
    when.tm_mday = 1;
    when.tm_hour = 9;
    when.tm_min = 5;
    when.tm_wday = 5; // a Friday: the week belongs to the year before
    const auto text = [&](const char* letters) {
        char buffer[100];
        return std::string(buffer, ucrt<size_t(char*, size_t, const char*, const std::tm*)>("strftime")(buffer, sizeof buffer, letters, &when));
    };
    EXPECT_EQ(text("%F %T"), "2027-01-01 09:05:00");
    EXPECT_EQ(text("%G-W%V-%u"), "2026-W53-5");
    EXPECT_EQ(text("[%e] %D %R"), "[ 1] 01/01/27 09:05");
    EXPECT_EQ(text("%c"), "Fri Jan  1 09:05:00 2027");
}

struct Reported {
    int calls;
};
Reported g_reported;
void report(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t) { ++g_reported.calls; }
using Handler = void(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t);

/// "_set_invalid_parameter_handler, _set_thread_local_invalid_parameter_handler"
TEST(UcrtProcess, A_wrong_argument_asks_the_threads_handler_or_the_processs) {
    auto* set = ucrt<Handler*(Handler*)>("_set_invalid_parameter_handler");
    auto* set_local = ucrt<Handler*(Handler*)>("_set_thread_local_invalid_parameter_handler");
    auto* copy = ucrt<int(char*, size_t, const char*)>("strcpy_s");
    Handler* const before = set(report);
    char small[3];
    g_reported.calls = 0;
    EXPECT_EQ(copy(small, sizeof small, "too long"), ERANGE);
    EXPECT_EQ(g_reported.calls, 1);
    EXPECT_EQ(ucrt<Handler*()>("_get_invalid_parameter_handler")(), &report);
    set(nullptr);
    EXPECT_EQ(set_local(report), nullptr);
    EXPECT_EQ(copy(small, sizeof small, "too long"), ERANGE);
    EXPECT_EQ(g_reported.calls, 2);
    set_local(nullptr);
    set(before);
}

std::string g_order;
int first() { return g_order += '1', 0; }
int second() { return g_order += '2', 0; }

/// "_initialize_onexit_table, _register_onexit_function, _execute_onexit_table"
TEST(UcrtProcess, A_table_of_exit_functions_runs_from_its_end) {
    struct {
        void *first, *last, *end;
    } table{};
    EXPECT_EQ(ucrt<int(void*)>("_initialize_onexit_table")(&table), 0);
    auto* add = ucrt<int(void*, int())>("_register_onexit_function");
    EXPECT_EQ(add(&table, first), 0);
    EXPECT_EQ(add(&table, second), 0);
    g_order.clear();
    EXPECT_EQ(ucrt<int(void*)>("_execute_onexit_table")(&table), 0);
    EXPECT_EQ(g_order, "21");
    EXPECT_EQ(ucrt<int(void*)>("_execute_onexit_table")(&table), 0);
    EXPECT_EQ(g_order, "21") << "it is empty now";
}

/// <corecrt_startup.h>
TEST(UcrtProcess, Start_up_is_taken_in_steps) {
    EXPECT_EQ(ucrt<int(int)>("_configure_narrow_argv")(1), 0);
    EXPECT_EQ(ucrt<int()>("_initialize_narrow_environment")(), 0);
    EXPECT_GE(*ucrt<int*()>("__p___argc")(), 1);
    char** const argv = *ucrt<char***()>("__p___argv")();
    ASSERT_NE(argv, nullptr);
    EXPECT_NE(std::string(argv[0]).find("ucrt_numbers"), std::string::npos);
    EXPECT_NE(ucrt<char**()>("_get_initial_narrow_environment")(), nullptr);
}

/// "mbrtowc": -2 where the character is not yet whole
TEST(UcrtText, A_character_may_come_in_pieces) {
    auto* set_locale = ucrt<char*(int, const char*)>("setlocale");
    constexpr int all = 0;
    ASSERT_NE(set_locale(all, ".UTF8"), nullptr);
    auto* convert = ucrt<size_t(wchar_t*, const char*, size_t, void*)>("mbrtowc");
    std::uint64_t state = 0;
    wchar_t wide = 0;
    EXPECT_EQ(convert(&wide, "\xE2\x82", 2, &state), size_t(-2));
    EXPECT_EQ(convert(&wide, "\xAC", 1, &state), 1u);
    EXPECT_EQ(wide, 0x20AC);
    set_locale(all, "C");
}

/// <vcruntime_exception.h>: a text that is not owned is shared, one that is owned is copied
TEST(Vcruntime, Exception_texts_are_copied_where_they_are_owned) {
    struct Data {
        const char* what;
        bool owned;
    };
    auto* copy = ucrt<void(const Data*, Data*)>("__std_exception_copy", "vcruntime140.dll");
    auto* destroy = ucrt<void(Data*)>("__std_exception_destroy", "vcruntime140.dll");
    const Data literal{"text", false};
    Data made{};
    copy(&literal, &made);
    EXPECT_EQ(made.what, literal.what);
    EXPECT_FALSE(made.owned);
    const Data owned{"text", true};
    copy(&owned, &made);
    EXPECT_NE(made.what, owned.what);
    EXPECT_STREQ(made.what, "text");
    EXPECT_TRUE(made.owned);
    destroy(&made);
    EXPECT_EQ(made.what, nullptr);
}

/// <vcruntime_typeinfo.h>
TEST(Vcruntime, Types_are_compared_and_named_by_their_decorated_names) {
    struct Type {
        char* readable;
        char decorated[16];
    };
    Type a{nullptr, ".?AVFoo@@"}, same{nullptr, ".?AVFoo@@"}, other{nullptr, ".?AUBar@@"};
    auto* compare = ucrt<int(const Type*, const Type*)>("__std_type_info_compare", "vcruntime140.dll");
    EXPECT_EQ(compare(&a, &same), 0);
    EXPECT_NE(compare(&a, &other), 0);
    auto* hash = ucrt<size_t(const Type*)>("__std_type_info_hash", "vcruntime140.dll");
    EXPECT_EQ(hash(&a), hash(&same));
    EXPECT_NE(hash(&a), hash(&other));
    alignas(16) SLIST_HEADER list{};
    InitializeSListHead(&list);
    auto* name = ucrt<const char*(Type*, SLIST_HEADER*)>("__std_type_info_name", "vcruntime140.dll");
    const char* const text = name(&a, &list);
    EXPECT_STREQ(text, "class Foo");
    EXPECT_EQ(name(&a, &list), text);
    EXPECT_EQ(QueryDepthSList(&list), 1u);
    ucrt<void(SLIST_HEADER*)>("__std_type_info_destroy_list", "vcruntime140.dll")(&list);
    EXPECT_EQ(QueryDepthSList(&list), 0u);
}

} // namespace

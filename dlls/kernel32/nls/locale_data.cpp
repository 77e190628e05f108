// SPDX-License-Identifier: MIT
// locale_data.cpp: what GetLocaleInfo answers for en-US.
#include "locale_data.h"

#include "../windows_headers.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

constexpr const char16_t* days[] = {u"Monday", u"Tuesday",  u"Wednesday", u"Thursday",
                                    u"Friday", u"Saturday", u"Sunday"};
constexpr const char16_t* short_days[] = {u"Mon", u"Tue", u"Wed", u"Thu", u"Fri", u"Sat", u"Sun"};
constexpr const char16_t* shortest_days[] = {u"Mo", u"Tu", u"We", u"Th", u"Fr", u"Sa", u"Su"};
constexpr const char16_t* months[] = {u"January", u"February", u"March",     u"April",   u"May",      u"June",
                                      u"July",    u"August",   u"September", u"October", u"November", u"December"};
constexpr const char16_t* short_months[] = {u"Jan", u"Feb", u"Mar", u"Apr", u"May", u"Jun",
                                            u"Jul", u"Aug", u"Sep", u"Oct", u"Nov", u"Dec"};

constexpr LocaleText texts[] = {
    {LOCALE_SNAME, u"en-US"},
    {LOCALE_SPARENT, u"en"},
    {LOCALE_SLOCALIZEDDISPLAYNAME, u"English (United States)"},
    {LOCALE_SENGLISHDISPLAYNAME, u"English (United States)"},
    {LOCALE_SNATIVEDISPLAYNAME, u"English (United States)"},
    {LOCALE_SLOCALIZEDLANGUAGENAME, u"English"},
    {LOCALE_SENGLISHLANGUAGENAME, u"English"},
    {LOCALE_SNATIVELANGUAGENAME, u"English"},
    {LOCALE_SLOCALIZEDCOUNTRYNAME, u"United States"},
    {LOCALE_SENGLISHCOUNTRYNAME, u"United States"},
    {LOCALE_SNATIVECOUNTRYNAME, u"United States"},
    {LOCALE_SABBREVLANGNAME, u"ENU"},
    {LOCALE_SABBREVCTRYNAME, u"USA"},
    {LOCALE_SISO639LANGNAME, u"en"},
    {LOCALE_SISO3166CTRYNAME, u"US"},
    {LOCALE_SISO639LANGNAME2, u"eng"},
    {LOCALE_SISO3166CTRYNAME2, u"USA"},
    {LOCALE_SSCRIPTS, u"Latn;"},
    {LOCALE_SOPENTYPELANGUAGETAG, u"ENG "},
    {LOCALE_SLIST, u","},
    {LOCALE_SDECIMAL, u"."},
    {LOCALE_STHOUSAND, u","},
    {LOCALE_SGROUPING, u"3;0"},
    {LOCALE_SNATIVEDIGITS, u"0123456789"},
    {LOCALE_SPOSITIVESIGN, u""},
    {LOCALE_SNEGATIVESIGN, u"-"},
    {LOCALE_SPERCENT, u"%"},
    {LOCALE_SPERMILLE, u"\u2030"},
    {LOCALE_SNAN, u"NaN"},
    {LOCALE_SPOSINFINITY, u"\u221E"},
    {LOCALE_SNEGINFINITY, u"-\u221E"},
    {LOCALE_SCURRENCY, u"$"},
    {LOCALE_SINTLSYMBOL, u"USD"},
    {LOCALE_SENGCURRNAME, u"US Dollar"},
    {LOCALE_SNATIVECURRNAME, u"US Dollar"},
    {LOCALE_SMONDECIMALSEP, u"."},
    {LOCALE_SMONTHOUSANDSEP, u","},
    {LOCALE_SMONGROUPING, u"3;0"},
    {LOCALE_SDATE, u"/"},
    {LOCALE_STIME, u":"},
    {LOCALE_SSHORTDATE, u"M/d/yyyy"},
    {LOCALE_SLONGDATE, u"dddd, MMMM d, yyyy"},
    {LOCALE_SYEARMONTH, u"MMMM yyyy"},
    {LOCALE_SMONTHDAY, u"MMMM d"},
    {LOCALE_STIMEFORMAT, u"h:mm:ss tt"},
    {LOCALE_SSHORTTIME, u"h:mm tt"},
    {LOCALE_SDURATION, u"h:mm:ss"},
    {LOCALE_S1159, u"AM"},
    {LOCALE_S2359, u"PM"},
    {LOCALE_SSORTNAME, u"Default"},
    {LOCALE_SSORTLOCALE, u"en-US"},
    {LOCALE_SCONSOLEFALLBACKNAME, u"en-US"},
    {LOCALE_SKEYBOARDSTOINSTALL, u"0409:00000409"},
};

constexpr LocaleNumber numbers[] = {
    {LOCALE_ILANGUAGE, 0x0409},
    {LOCALE_IDEFAULTLANGUAGE, 0x0409},
    {LOCALE_ICOUNTRY, 1},
    {LOCALE_IDEFAULTCOUNTRY, 1},
    {LOCALE_IDEFAULTCODEPAGE, 437},
    {LOCALE_IDEFAULTANSICODEPAGE, 1252},
    {LOCALE_IDEFAULTMACCODEPAGE, 10000},
    {LOCALE_IDEFAULTEBCDICCODEPAGE, 37},
    {LOCALE_IGEOID, 244},
    {LOCALE_IMEASURE, 1},
    {LOCALE_IDIGITS, 2},
    {LOCALE_ILZERO, 1},
    {LOCALE_INEGNUMBER, 1},
    {LOCALE_IDIGITSUBSTITUTION, 1},
    {LOCALE_ICURRDIGITS, 2},
    {LOCALE_IINTLCURRDIGITS, 2},
    {LOCALE_ICURRENCY, 0},
    {LOCALE_INEGCURR, 0},
    {LOCALE_IPOSSIGNPOSN, 3},
    {LOCALE_INEGSIGNPOSN, 0},
    {LOCALE_IPOSSYMPRECEDES, 1},
    {LOCALE_IPOSSEPBYSPACE, 0},
    {LOCALE_INEGSYMPRECEDES, 1},
    {LOCALE_INEGSEPBYSPACE, 0},
    {LOCALE_IDATE, 0},
    {LOCALE_ILDATE, 0},
    {LOCALE_ITIME, 0},
    {LOCALE_ITIMEMARKPOSN, 0},
    {LOCALE_ICENTURY, 1},
    {LOCALE_ITLZERO, 0},
    {LOCALE_IDAYLZERO, 0},
    {LOCALE_IMONLZERO, 0},
    {LOCALE_ICALENDARTYPE, 1},
    {LOCALE_IOPTIONALCALENDAR, 0},
    {LOCALE_IFIRSTDAYOFWEEK, 6},
    {LOCALE_IFIRSTWEEKOFYEAR, 0},
    {LOCALE_IPAPERSIZE, 1},
    {LOCALE_IREADINGLAYOUT, 0},
    {LOCALE_INEUTRAL, 0},
    {LOCALE_INEGATIVEPERCENT, 1},
    {LOCALE_IPOSITIVEPERCENT, 1},
};

/// The names that are numbered through: LOCALE_SDAYNAME1 is Monday.
const char16_t* numbered_name(std::uint32_t type) {
    if (type >= LOCALE_SDAYNAME1 && type <= LOCALE_SDAYNAME7) return days[type - LOCALE_SDAYNAME1];
    if (type >= LOCALE_SABBREVDAYNAME1 && type <= LOCALE_SABBREVDAYNAME7)
        return short_days[type - LOCALE_SABBREVDAYNAME1];
    if (type >= LOCALE_SSHORTESTDAYNAME1 && type <= LOCALE_SSHORTESTDAYNAME7)
        return shortest_days[type - LOCALE_SSHORTESTDAYNAME1];
    if (type >= LOCALE_SMONTHNAME1 && type <= LOCALE_SMONTHNAME12) return months[type - LOCALE_SMONTHNAME1];
    if (type >= LOCALE_SABBREVMONTHNAME1 && type <= LOCALE_SABBREVMONTHNAME12)
        return short_months[type - LOCALE_SABBREVMONTHNAME1];
    return type == LOCALE_SMONTHNAME13 || type == LOCALE_SABBREVMONTHNAME13 ? u"" : nullptr;
}

} // namespace

const char16_t* locale_text(std::uint32_t type) {
    if (const char16_t* const name = numbered_name(type)) return name;
    const auto* const found = std::ranges::find(texts, type, &LocaleText::type);
    return found != std::end(texts) ? found->text : nullptr;
}

bool locale_number(std::uint32_t type, std::uint32_t& value) {
    const auto* const found = std::ranges::find(numbers, type, &LocaleNumber::type);
    if (found == std::end(numbers)) return false;
    value = found->value;
    return true;
}

const char16_t* day_name(unsigned weekday, bool abbreviated) {
    const unsigned from_monday = (weekday + 6) % 7;
    return abbreviated ? short_days[from_monday] : days[from_monday];
}
const char16_t* month_name(unsigned month, bool abbreviated) {
    return abbreviated ? short_months[month - 1] : months[month - 1];
}

} // namespace oriel::k32

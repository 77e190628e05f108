// SPDX-License-Identifier: MIT
// sort_search.cpp: qsort, bsearch and the linear searches.
//
// qsort is a quicksort with the median of three as its pivot, insertion for short runs and heapsort when a
// run of bad luck goes too deep, so it is never quadratic. It is not stable, as nobody may expect.
// Source: "qsort", "qsort_s", "bsearch", "_lfind", "_lsearch".
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

void exchange(char* a, char* b, size_t width) {
    if (a == b)
        return;
    for (; width >= 8; a += 8, b += 8, width -= 8) {
        uint64_t x, y;
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        memcpy(a, &y, 8);
        memcpy(b, &x, 8);
    }
    for (; width; ++a, ++b, --width) {
        char kept = *a;
        *a = *b;
        *b = kept;
    }
}

/// The elements are [first, first + count * width); `compare` orders two of them.
template<class Compare> struct Sorter {
    size_t width;
    Compare compare;

    char* at(char* first, size_t index) const { return first + index * width; }

    void insertion(char* first, size_t count) {
        for (size_t i = 1; i < count; ++i)
            for (size_t j = i; j && compare(at(first, j - 1), at(first, j)) > 0; --j)
                exchange(at(first, j - 1), at(first, j), width);
    }

    void sift_down(char* first, size_t root, size_t count) {
        for (size_t child; (child = 2 * root + 1) < count; root = child) {
            if (child + 1 < count && compare(at(first, child), at(first, child + 1)) < 0)
                ++child;
            if (compare(at(first, root), at(first, child)) >= 0)
                return;
            exchange(at(first, root), at(first, child), width);
        }
    }

    void heap(char* first, size_t count) {
        for (size_t i = count / 2; i--;)
            sift_down(first, i, count);
        for (size_t i = count; i-- > 1;) {
            exchange(first, at(first, i), width);
            sift_down(first, 0, i);
        }
    }

    void run(char* first, size_t count, int depth) {
        while (count > 8) {
            if (!depth--)
                return heap(first, count);
            char* middle = at(first, count / 2);
            char* last = at(first, count - 1);
            if (compare(first, middle) > 0)
                exchange(first, middle, width);
            if (compare(middle, last) > 0)
                exchange(middle, last, width);
            if (compare(first, middle) > 0)
                exchange(first, middle, width);
            // The pivot waits at the front while the rest is parted around it.
            exchange(first, middle, width);
            char* low = first;
            char* high = at(first, count);
            for (;;) {
                do
                    low += width;
                while (low <= last && compare(low, first) < 0);
                do
                    high -= width;
                while (high > first && compare(high, first) > 0);
                if (low >= high)
                    break;
                exchange(low, high, width);
            }
            exchange(first, high, width);
            size_t left = size_t(high - first) / width;
            size_t right = count - left - 1;
            if (left < right) {
                run(first, left, depth);
                first = high + width;
                count = right;
            } else {
                run(high + width, right, depth);
                count = left;
            }
        }
        insertion(first, count);
    }
};

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

using Compare = int (*)(const void*, const void*);
using CompareWithContext = int (*)(void*, const void*, const void*);

template<class Comparer> static void sort(void* first, size_t count, size_t width, Comparer compare) {
    int depth = 2;
    for (size_t n = count; n; n /= 2)
        depth += 2;
    Sorter<Comparer>{width, compare}.run(static_cast<char*>(first), count, depth);
}

CRT_EXPORT void qsort(void* first, size_t count, size_t width, Compare compare) {
    if ((!first && count) || !width || !compare)
        return void(invalid_parameter());
    sort(first, count, width, compare);
}

CRT_EXPORT void qsort_s(void* first, size_t count, size_t width, CompareWithContext compare, void* context) {
    if ((!first && count) || !width || !compare)
        return void(invalid_parameter());
    sort(first, count, width, [=](const void* a, const void* b) { return compare(context, a, b); });
}

template<class Comparer>
static void* search(const void* key, const void* first, size_t count, size_t width, Comparer compare) {
    auto* low = static_cast<const char*>(first);
    while (count) {
        const char* middle = low + count / 2 * width;
        int order = compare(key, middle);
        if (!order)
            return const_cast<char*>(middle);
        if (order > 0) {
            low = middle + width;
            --count;
        }
        count /= 2;
    }
    return nullptr;
}

CRT_EXPORT void* bsearch(const void* key, const void* first, size_t count, size_t width, Compare compare) {
    if ((!first && count) || !width || !compare)
        return invalid_parameter(), nullptr;
    return search(key, first, count, width, compare);
}

CRT_EXPORT void* bsearch_s(const void* key, const void* first, size_t count, size_t width,
                           CompareWithContext compare, void* context) {
    if ((!first && count) || !width || !compare)
        return invalid_parameter(), nullptr;
    return search(key, first, count, width, [=](const void* a, const void* b) { return compare(context, a, b); });
}

CRT_EXPORT void* _lfind(const void* key, const void* first, unsigned* count, unsigned width, Compare compare) {
    auto* p = static_cast<const char*>(first);
    for (unsigned i = 0; i < *count; ++i, p += width)
        if (compare(key, p) == 0)
            return const_cast<char*>(p);
    return nullptr;
}

CRT_EXPORT void* _lfind_s(const void* key, const void* first, unsigned* count, size_t width,
                          CompareWithContext compare, void* context) {
    auto* p = static_cast<const char*>(first);
    for (unsigned i = 0; i < *count; ++i, p += width)
        if (compare(context, key, p) == 0)
            return const_cast<char*>(p);
    return nullptr;
}

/// Appends the key if it is not there; the array has room for it.
CRT_EXPORT void* _lsearch(const void* key, void* first, unsigned* count, unsigned width, Compare compare) {
    if (void* found = _lfind(key, first, count, width, compare))
        return found;
    return memcpy(static_cast<char*>(first) + size_t((*count)++) * width, key, width);
}

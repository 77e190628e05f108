// SPDX-License-Identifier: MIT
// share_access_test.cpp: random openings and closings against the rule as it reads in the documentation:
// every pair of openings must agree, each with what the other wants ("Creating and Opening Files").
#include <ntdll-emu/io/share_access.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace oriel::io {
namespace {

bool lets(const Sharing& sharing, const ShareClaim& other) {
    return (sharing.read || !other.reads) && (sharing.write || !other.writes) && (sharing.remove || !other.removes);
}

/// The rule, pair by pair.
struct Model {
    std::vector<ShareClaim> open;
    [[nodiscard]] bool fits(const ShareClaim& claim) const {
        if (!claim.takes_part()) return true;
        return std::all_of(open.begin(), open.end(), [&](const ShareClaim& other) {
            return !other.takes_part() || (lets(claim.shares, other) && lets(other.shares, claim));
        });
    }
};

TEST(ShareAccessModel, Agrees_with_the_rule_for_pairs_over_a_million_steps) {
    std::mt19937 random(7);
    ShareAccess access;
    Model model;
    for (int step = 0; step < 1'000'000; ++step) {
        if (!model.open.empty() && random() % 2 == 0) {
            const std::size_t which = random() % model.open.size();
            access.remove(model.open[which]);
            model.open.erase(model.open.begin() + static_cast<long>(which));
            continue;
        }
        // Generous openings more often, so that several are open at once.
        const auto bits = random();
        ShareClaim claim{(bits & 1) != 0,
                         (bits & 6) == 6,
                         (bits & 24) == 24,
                         {(bits & 96) != 0, (bits & 384) != 0, (bits & 1536) != 0}};
        const bool expected = model.fits(claim);
        ASSERT_EQ(access.fits(claim), expected) << "step " << step << ", " << model.open.size() << " openings";
        ASSERT_EQ(access.add(claim).ok(), expected);
        if (expected) model.open.push_back(claim);
    }
}

} // namespace
} // namespace oriel::io

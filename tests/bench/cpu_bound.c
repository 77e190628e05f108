// SPDX-License-Identifier: MIT
// cpu_bound.c: integers, doubles and memory, no service: what a program spends its time on.
#include <stdint.h>
#include <stdio.h>

static uint32_t table[1 << 16];
static double grid[256][256];

int main(void) {
    uint64_t state = 88172645463325252ull, sum = 0;
    for (int round = 0; round < 60; ++round) {
        for (int i = 0; i < 1 << 20; ++i) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            sum += ++table[state & 0xFFFF];
        }
        for (int y = 1; y < 255; ++y)
            for (int x = 1; x < 255; ++x)
                grid[y][x] = (grid[y - 1][x] + grid[y + 1][x] + grid[y][x - 1] + grid[y][x + 1]) * 0.25 + (double)(x * y) / (sum % 1000 + 1);
    }
    printf("%llu %.6f\n", (unsigned long long)sum, grid[100][100]);
    return 0;
}

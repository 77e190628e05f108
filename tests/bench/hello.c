// SPDX-License-Identifier: MIT
// hello.c: start-up and nothing else.
#include <stdio.h>

int main(void) {
    puts("hello");
    return 0;
}

/*
 * Burns CPU for MS in one function, `burn_in_here`, that `main` calls among others that don't; then for THEN_MS in
 * `burn_after_that`. Usage: burn MS [THEN_MS]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

__attribute__((noinline)) unsigned long burn_in_here(unsigned long seed)
{
	/* gcc gives a function that calls nothing a frame only where it is asked for one */
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	for (int i = 0; i < 1000000; i++)
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return seed;
}

__attribute__((noinline)) unsigned long burn_after_that(unsigned long seed)
{
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	for (int i = 0; i < 1000000; i++)
		seed = seed * 2862933555777941757UL + 3037000493UL;
	return seed;
}

__attribute__((noinline)) unsigned long hardly_used(unsigned long seed)
{
	return seed ^ seed >> 7;
}

int main(int argc, char **argv)
{
	long long end = now_ms() + (argc > 1 ? atoll(argv[1]) : 0);
	unsigned long seed = 23;

	while (now_ms() < end)
		seed = hardly_used(burn_in_here(seed));
	end += argc > 2 ? atoll(argv[2]) : 0;
	while (now_ms() < end)
		seed = hardly_used(burn_after_that(seed));
	return seed == 1;
}

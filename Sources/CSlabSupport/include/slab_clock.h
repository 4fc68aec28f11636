// The processor's time-stamp counter: the cheapest clock there is, and one that Swift has no name for.
#ifndef SLAB_CLOCK_H
#define SLAB_CLOCK_H

#include <stdint.h>

/// Ticks since some moment, the same on all cores of one machine; their length is constant but not known.
static inline uint64_t slab_clock_ticks(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return __builtin_readcyclecounter();
#endif
}

#endif

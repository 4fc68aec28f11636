// The time-stamp counter of the processor, which is the clock with the least overhead. Swift has no intrinsic that reads it.
#ifndef SLAB_CLOCK_H
#define SLAB_CLOCK_H

#include <stdint.h>

/// Returns the time-stamp counter: ticks of constant but unknown length since an unspecified time, synchronous on all
/// CPUs of one machine.
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

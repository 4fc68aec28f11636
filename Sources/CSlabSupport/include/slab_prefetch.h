// Prefetch of a cache line. Swift has no intrinsic for it.
#ifndef SLAB_PREFETCH_H
#define SLAB_PREFETCH_H

/// Starts to load the cache line of an address, which is about to be written, into the processor's caches. Any address
/// is allowed: the instruction never faults.
static inline void slab_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

#endif

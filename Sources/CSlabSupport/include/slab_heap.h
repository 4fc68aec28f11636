// Memory of the heap. malloc.h is in no Swift module.
#ifndef SLAB_HEAP_H
#define SLAB_HEAP_H

#include <malloc.h>

/// Returns free pages of the heap to the system.
static inline void slab_release_free_heap(void) { malloc_trim(0); }

#endif

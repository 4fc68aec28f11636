// SPDX-License-Identifier: GPL-2.0
//
// slab_traffic: counts the allocations and frees of the kernel's slab allocator by context (call site, cache, requested and
// allocated bytes, and optionally the call stack), and follows a sample of the objects from their allocation to their free.
//
// Every allocation is counted. An object is followed if a hash of its address is small, so that its allocation and its free
// make the same choice. The program writes nothing but its maps, which user space reads about once a second.
//
// An interrupt that allocates or frees while the same program runs on the CPU is left out by the kernel, which counts these
// misses (recursion_misses of the program).
//
// The raw tracepoints have the arguments of Linux 6.1 and later (include/trace/events/kmem.h):
//
//     kmalloc           call_site, ptr, bytes_req, bytes_alloc, gfp_flags, node
//     kmem_cache_alloc  call_site, ptr, cache, gfp_flags, node
//     kfree             call_site, ptr
//     kmem_cache_free   call_site, ptr, cache
//
// and consume_skb, kfree_skb (skb.h), net_dev_queue and netif_receive_skb (net.h) have the packet as the first.
//
// Compiler options: -mcpu=v3
// (for atomic additions that return the sum.)
//
// `.ci/bpf-object` builds the object that is committed beside this file, and checks that both agree.

#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

// The fields and constants of the kernel that the program reads are declared here and relocated (CO-RE) when it is loaded.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kmem_cache {
  const char *name;
  unsigned int size, object_size;
};
struct sk_buff {
  unsigned int tail, end;
  unsigned char *head;
  unsigned char head_frag : 1;
};
struct skb_shared_info { unsigned char nr_frags; };

#pragma clang attribute pop

/// Kinds of general caches, in `cache` of a context. Other values of `cache` are addresses.
enum { KIND_NORMAL, KIND_RECLAIMABLE, KIND_CGROUP, KIND_DMA };

enum {
  SMALLEST_ADDRESS = 4096, // Lower addresses are no objects: NULL and ZERO_SIZE_PTR.
  LIFETIME_BUCKETS = 40, // Powers of two of microseconds: the last one begins at 2^38 us, three days.
  STACK_DEPTH = 48,
  CACHE_LINE = 64,
  NO_CONTEXT = 0xffff,
  RECENT = 1024, // A power of two, half of it for each kind of allocation.
};

/// Factor of multiplicative hashing: 2^64 / golden ratio (Knuth, The Art of Computer Programming, volume 3, section 6.4).
#define HASH_FACTOR 0x9e3779b97f4a7c15ull

/// Context of allocations.
struct context {
  __u64 site; // Address of the call site.
  __u64 cache; // Address of the cache, or the kind of the general caches.
  __u32 requested, allocated; // Bytes; 0 if all objects of the cache have one size.
  __u32 used; // Bytes in use of skb data, rounded up to a cache line; 0 if not known.
  __s32 stack; // Number of the call stack; negative if not recorded.
};

/// Context with the properties of its cache, by number.
struct context_record {
  struct context context;
  __u32 object_size, size; // Of the cache, in bytes.
  __u32 is_complete;
  char cache_name[44];
};

/// Context and its number.
struct recent {
  __u64 site, cache;
  __u32 requested, allocated;
  __u64 number;
};

/// Counters of a context on one CPU.
struct counts {
  __u64 allocations; // All of them; the other counters are about objects that are followed.
  __u64 followed; // Allocated objects.
  __u64 frees, remote_frees; // Ended with a free, and of these on another CPU than the one that allocated.
  __u64 unseen_frees; // Ended without a free: their address was allocated again.
  __u64 moved; // Ended with a free, and counted in the context of their `used`.
  __u32 lifetimes[LIFETIME_BUCKETS]; // Of the frees.
};

/// Object that is followed.
struct object {
  __u64 born; // CLOCK_MONOTONIC, in nanoseconds.
  __u16 context, cpu;
  __u32 used; // Bytes in use of skb data; 0 if not known.
};

/// Counters of one CPU.
struct totals {
  __u64 allocations, frees, failed_allocations;
  __u64 without_context; // Allocations that no context counts, because there were too many contexts.
  __u64 not_followed; // Objects that are not followed, because there were too many.
  __u64 unmatched_frees; // Frees of objects that are not followed although their address is chosen.
  __u64 without_stack; // New contexts whose stack could not be stored.
};

// User space sets the sizes of the maps.
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4096); __type(key, struct context); __type(value, __u32); }
contexts SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4096); __type(key, __u32); __type(value, struct context_record); }
records SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 4096); __type(key, __u32); __type(value, struct counts); }
counters SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 65536); __type(key, __u64); __type(value, struct object); }
objects SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct totals); }
all SEC(".maps");
/// Contexts that a CPU has met lately, each at a place that follows from its fields: finding a context here is faster than in the
/// hash.
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, RECENT); __type(key, __u32); __type(value, struct recent); }
recent_contexts SEC(".maps");
/// Frees on a CPU by the CPU that allocated the object.
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); }
frees_by_cpu SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_STACK_TRACE);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, STACK_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

/// Settings before the program is loaded.
const volatile struct {
  __u32 max_contexts;
  __u32 records_stacks;
  __u32 flags_dma, flags_reclaimable, flags_cgroup; // Bits of gfp_t, which differ between kernels.
} settings = {.max_contexts = 4096};

/// Setting that user space changes while the program runs: one object in 2^sampling_shift is followed. As long as it is 64, events
/// are counted without their contexts, and no object is followed.
volatile struct { __u32 sampling_shift; } control SEC(".data.control");

/// Number of contexts so far, including those that two CPUs created at the same time.
__u32 next_context;

static __always_inline int is_chosen(__u64 address) {
  __u32 shift = control.sampling_shift;
  if (shift == 0) return 1;
  return shift < 64 && ((address >> 3) * HASH_FACTOR) >> (64 - (shift & 63)) == 0;
}

static __always_inline struct totals *totals(void) {
  __u32 first = 0;
  return bpf_map_lookup_elem(&all, &first);
}

/// Returns the number of a new context; NO_CONTEXT if there are too many.
static __noinline __u32 create_context(const struct context *context) {
  if (!context) return NO_CONTEXT;
  // Once the table is full, the number does not grow any more, so that it cannot overflow.
  if (next_context >= settings.max_contexts) return NO_CONTEXT;
  __u32 number = __sync_fetch_and_add(&next_context, 1);
  if (number >= settings.max_contexts) return NO_CONTEXT;
  struct context_record *record = bpf_map_lookup_elem(&records, &number);
  if (!record) return NO_CONTEXT;
  record->context = *context;
  if (context->cache > KIND_DMA) {
    const struct kmem_cache *cache = (const struct kmem_cache *)context->cache;
    record->object_size = BPF_CORE_READ(cache, object_size);
    record->size = BPF_CORE_READ(cache, size);
    bpf_probe_read_kernel_str(record->cache_name, sizeof(record->cache_name), BPF_CORE_READ(cache, name));
  }
  record->is_complete = 1;
  if (bpf_map_update_elem(&contexts, context, &number, BPF_NOEXIST) == 0) return number;
  // Another CPU has created the context at the same time. The record of this number stays unused.
  __u32 *other = bpf_map_lookup_elem(&contexts, context);
  return other ? *other : NO_CONTEXT;
}

static __always_inline __u32 number_of(const struct context *context) {
  __u32 *number = bpf_map_lookup_elem(&contexts, context);
  return number ? *number : create_context(context);
}

/// Starts to follow an object.
static __always_inline void follow(__u64 address, __u32 number, struct counts *counts, struct totals *sums) {
  struct object object = {
    .born = bpf_ktime_get_ns(), .context = number, .cpu = bpf_get_smp_processor_id(), .used = 0};
  if (bpf_map_update_elem(&objects, &address, &object, BPF_NOEXIST) == 0) {
    counts->followed++;
    return;
  }
  struct object *old = bpf_map_lookup_elem(&objects, &address);
  if (!old) {
    sums->not_followed++;
    return;
  }
  // The object that was at the address has ended without a free that was seen.
  __u32 ended = old->context;
  struct counts *of_old = bpf_map_lookup_elem(&counters, &ended);
  if (of_old) of_old->unseen_frees++;
  *old = object;
  counts->followed++;
}

/// Returns the number of the context of an allocation; NO_CONTEXT if there are too many.
static __always_inline __u32 context_of(
  struct bpf_raw_tracepoint_args *arguments, __u64 cache, __u32 requested, __u32 allocated, struct totals *sums) {
  __u64 site = arguments->args[0];
  struct recent *recent = 0;
  if (!settings.records_stacks) {
    // Each program has a half of its own: an interrupt can run one of them while the other writes.
    __u32 half = cache > KIND_DMA ? RECENT / 2 : 0;
    __u32 place = half + (((site ^ cache ^ requested) * HASH_FACTOR) >> 32 & (RECENT / 2 - 1));
    recent = bpf_map_lookup_elem(&recent_contexts, &place);
    if (recent && recent->site == site && recent->cache == cache && recent->requested == requested
        && recent->allocated == allocated)
      return recent->number;
  }
  struct context context = {
    .site = site, .cache = cache, .requested = requested, .allocated = allocated, .used = 0, .stack = -1};
  if (settings.records_stacks) {
    context.stack = bpf_get_stackid(arguments, &stacks, 0);
    if (context.stack < 0) {
      context.stack = -1;
      sums->without_stack++;
    }
  }
  __u32 number = number_of(&context);
  if (recent && number != NO_CONTEXT) {
    recent->site = site;
    recent->cache = cache;
    recent->requested = requested;
    recent->allocated = allocated;
    recent->number = number;
  }
  return number;
}

static __always_inline int allocated(
  struct bpf_raw_tracepoint_args *arguments, __u64 cache, __u32 requested_bytes, __u32 allocated_bytes) {
  __u64 address = arguments->args[1];
  struct totals *sums = totals();
  if (!sums) return 0;
  if (address < SMALLEST_ADDRESS) {
    sums->failed_allocations++;
    return 0;
  }
  sums->allocations++;
  if (control.sampling_shift > 63) return 0;
  __u32 number = context_of(arguments, cache, requested_bytes, allocated_bytes, sums);
  struct counts *counts = bpf_map_lookup_elem(&counters, &number);
  if (!counts) {
    sums->without_context++;
    return 0;
  }
  counts->allocations++;
  if (is_chosen(address)) follow(address, number, counts, sums);
  return 0;
}

static __always_inline __u32 lifetime_bucket(__u64 nanoseconds) {
  __u64 left = nanoseconds / 1000;
  if (left == 0) return 0;
  __u32 bucket = 1;
#pragma unroll
  for (int shift = 32; shift > 0; shift >>= 1) {
    if (left >> shift) {
      left >>= shift;
      bucket += shift;
    }
  }
  return bucket < LIFETIME_BUCKETS ? bucket : LIFETIME_BUCKETS - 1;
}

/// Returns the number of the context of objects of which so many bytes were in use.
static __noinline __u32 context_of_used(__u32 number, __u32 used) {
  struct context_record *record = bpf_map_lookup_elem(&records, &number);
  if (!record) return NO_CONTEXT;
  struct context context = record->context;
  context.used = (used + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  return number_of(&context);
}

static __always_inline int freed(__u64 address) {
  if (address < SMALLEST_ADDRESS) return 0;
  struct totals *sums = totals();
  if (!sums) return 0;
  sums->frees++;
  if (!is_chosen(address)) return 0;
  struct object *found = bpf_map_lookup_elem(&objects, &address);
  if (!found) {
    sums->unmatched_frees++;
    return 0;
  }
  struct object object = *found;
  // If another program has removed the object meanwhile, it counts the end.
  if (bpf_map_delete_elem(&objects, &address) != 0) return 0;
  __u32 number = object.context;
  struct counts *counts = bpf_map_lookup_elem(&counters, &number);
  if (!counts) return 0;
  if (object.used) {
    __u32 with_used = context_of_used(number, object.used);
    struct counts *known = bpf_map_lookup_elem(&counters, &with_used);
    if (known) {
      counts->moved++;
      counts = known;
    }
  }
  counts->frees++;
  if (bpf_get_smp_processor_id() != object.cpu) counts->remote_frees++;
  __u32 bucket = lifetime_bucket(bpf_ktime_get_ns() - object.born);
  if (bucket < LIFETIME_BUCKETS) counts->lifetimes[bucket]++;
  __u32 cpu = object.cpu;
  __u64 *by_cpu = bpf_map_lookup_elem(&frees_by_cpu, &cpu);
  if (by_cpu) (*by_cpu)++;
  return 0;
}

/// Returns the kind of the cache that serves a request (kmalloc_type in include/linux/slab.h).
static __always_inline __u64 kind_of(__u64 flags) {
  if (flags & settings.flags_dma) return KIND_DMA;
  if (flags & settings.flags_reclaimable) return KIND_RECLAIMABLE;
  return flags & settings.flags_cgroup ? KIND_CGROUP : KIND_NORMAL;
}

SEC("raw_tp/kmalloc") int kmalloc(struct bpf_raw_tracepoint_args *arguments) {
  return allocated(arguments, kind_of(arguments->args[4]), arguments->args[2], arguments->args[3]);
}
SEC("raw_tp/kmem_cache_alloc") int kmem_cache_alloc(struct bpf_raw_tracepoint_args *arguments) {
  return allocated(arguments, arguments->args[2], 0, 0);
}
SEC("raw_tp/kfree") int kfree(struct bpf_raw_tracepoint_args *arguments) { return freed(arguments->args[1]); }
SEC("raw_tp/kmem_cache_free") int kmem_cache_free(struct bpf_raw_tracepoint_args *arguments) {
  return freed(arguments->args[1]);
}

/// Notes the bytes in use of a packet's data buffer: head room, data and struct skb_shared_info. The kernel frees most packets of
/// TCP and UDP without an event, so that packets are also observed when they are given to a device and received from one.
static __always_inline int packet_passes(const struct sk_buff *skb) {
  __u64 address = (__u64)skb->head;
  if (!is_chosen(address)) return 0;
  struct object *object = bpf_map_lookup_elem(&objects, &address);
  if (!object) return 0;
  // A buffer in a page fragment is not an object of a slab.
  if (bpf_core_field_exists(skb->head_frag) && BPF_CORE_READ_BITFIELD(skb, head_frag)) return 0;
  __u32 shared_info = (bpf_core_type_size(struct skb_shared_info) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  __u32 tail = skb->tail;
  if (tail == 0 || tail > skb->end) return 0;
  if (tail + shared_info > object->used) object->used = tail + shared_info;
  return 0;
}

// The verifier knows the type of the first argument, so that the program reads its fields without a call of a helper.
SEC("tp_btf/consume_skb") int consume_skb(__u64 *arguments) {
  return packet_passes((const struct sk_buff *)arguments[0]);
}
SEC("tp_btf/kfree_skb") int kfree_skb(__u64 *arguments) {
  return packet_passes((const struct sk_buff *)arguments[0]);
}
SEC("tp_btf/net_dev_queue") int net_dev_queue(__u64 *arguments) {
  return packet_passes((const struct sk_buff *)arguments[0]);
}
SEC("tp_btf/netif_receive_skb") int netif_receive_skb(__u64 *arguments) {
  return packet_passes((const struct sk_buff *)arguments[0]);
}

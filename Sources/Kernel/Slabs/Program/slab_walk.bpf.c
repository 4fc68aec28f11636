// SPDX-License-Identifier: GPL-2.0
//
// slab_walk: an iterator over the kernel's slab caches (`iter/kmem_cache`, Linux 6.13 and later) that sums each cache's
// slabs by list, page order and objects in use.
//
// The program writes nothing in the kernel and takes no lock, so that a list may change while it is walked. The walk checks that
// each slab belongs to the cache, has an order and object count of the cache, and follows the slab before it. If a check fails,
// the list has changed, and it is walked again, at most ATTEMPTS times in all; if the last walk fails too, the list is reported
// as inconsistent. A run of the program visits at most `slabs_per_run` slabs of node lists and CPUS_PER_RUN CPUs, because a
// kernel without preemption runs nothing else on that CPU meanwhile. The program then returns 1, the reader's read() returns the
// records so far (or EAGAIN), and the next read() continues where this run stopped.
//
// The fields of the kernel's structures that the program reads are declared here and relocated (CO-RE) when it is loaded;
// fields that other kernel versions lack are tested for. Sources: mm/slub.c and mm/slab.h of Linux 6.12, 6.18, 7.0 and
// 7.1, kernel/bpf/kmem_cache_iter.c.
//
// `.ci/bpf-object` builds the object that is committed beside this file, and checks that both agree.

#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

#define ATTEMPTS 4 // One walk, and at most three more.
#define BINS 4096 // Slabs of 4096 objects and more are counted by 4095ths. A power of two: `bin & LAST` is in bounds.
#define LAST (BINS - 1)
#define LONGEST_CPU_LIST 4096 // Slabs of a CPU's partial list that are counted. A power of two.
#define CPUS_PER_RUN 16
#define MOST_BINS 1700 // Bins of a cache that fit into the iterator's buffer of eight pages.
#define LONGEST_NAME 120 // With the zero at its end; a multiple of eight.

// MARK: The kernel's structures

typedef struct { __s64 counter; } atomic64_t;
typedef atomic64_t atomic_long_t;
typedef unsigned int slab_flags_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head { struct list_head *next, *prev; };
struct kmem_cache_order_objects { unsigned int x; };
struct kmem_cache_cpu;
struct slub_percpu_sheaves;

struct kmem_cache {
  struct kmem_cache_cpu *cpu_slab; // Until 6.19.
  struct slub_percpu_sheaves *cpu_sheaves; // From 6.18.
  slab_flags_t flags;
  unsigned long min_partial;
  unsigned int size, object_size, offset, align, inuse;
  unsigned int cpu_partial, cpu_partial_slabs; // With CONFIG_SLUB_CPU_PARTIAL, until 6.19.
  unsigned int sheaf_capacity; // From 6.18.
  unsigned int usersize; // With CONFIG_HARDENED_USERCOPY.
  struct kmem_cache_order_objects oo, min;
  int refcount;
  const char *name;
  struct list_head list;
  unsigned long random; // With CONFIG_SLAB_FREELIST_HARDENED.
  void (*ctor)(void *);
  struct kmem_cache_node *node[1]; // Until 7.0; as many as there are nodes.
};

// From 7.1. The type of an element is not named: libbpf would look for it in all modules, which takes more rights.
struct kmem_cache___nodes { struct { struct node_barn *barn; struct kmem_cache_node *node; } per_node[2]; };

struct slab {
  struct kmem_cache *slab_cache;
  struct list_head slab_list;
  struct slab *next; // On a CPU's partial list.
  unsigned long counters; // inuse: 16, objects: 15, frozen: 1.
};

struct page___until_6_17 { unsigned long flags; };
struct page___from_6_18 { struct { unsigned long f; } flags; };
struct folio { unsigned long _flags_1; };
enum pageflags { PG_head = 6 };

struct kmem_cache_cpu { void **freelist; unsigned long tid; struct slab *slab; struct slab *partial; };
struct slab_sheaf { unsigned int size; };
struct slub_percpu_sheaves { struct slab_sheaf *main, *spare, *rcu_free; };
struct node_barn { unsigned int nr_full; };

struct kmem_cache_node {
  unsigned long nr_partial;
  struct list_head partial;
  atomic_long_t nr_slabs, total_objects; // With CONFIG_SLUB_DEBUG.
  struct node_barn *barn; // 6.18 to 7.0.
};

struct bpf_map {};
struct bpf_array { void *pptrs[0]; };

struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__kmem_cache { struct bpf_iter_meta *meta; struct kmem_cache *s; };

#pragma clang attribute pop

enum _slab_flag_bits {
  _SLAB_CONSISTENCY_CHECKS, _SLAB_RED_ZONE, _SLAB_POISON, _SLAB_KMALLOC, _SLAB_CACHE_DMA, _SLAB_STORE_USER,
  _SLAB_TYPESAFE_BY_RCU, _SLAB_TRACE, _SLAB_NO_MERGE, _SLAB_ACCOUNT, _SLAB_RECLAIM_ACCOUNT,
};

/// Converts an address to a read-only pointer to a kernel structure for the verifier. A read from a bad address gives 0.
extern void *bpf_rdonly_cast(const void *pointer, __u32 type) __ksym;
#define AS(type, pointer) ((struct type *)bpf_rdonly_cast((const void *)(pointer), bpf_core_type_id_kernel(struct type)))

// MARK: Settings that user space writes before it loads the program

struct settings { __u32 nodes, cpus, page_bytes, slabs_per_run; };
const volatile struct settings settings = {1, 1, 4096, 2048};

// MARK: Records that the program writes. Each begins with its kind and length in bytes

enum record_kind { RECORD_CACHE = 1, RECORD_NODE, RECORD_BIN };
enum cache_flags {
  IS_RECLAIMABLE = 1, IS_ACCOUNTED = 2, IS_DEBUGGED = 4, IS_TYPESAFE_BY_RCU = 8, IS_NEVER_MERGED = 16, IS_KMALLOC = 32,
  IS_DMA = 64, HAS_CONSTRUCTOR = 128, KNOWS_ALL_SLABS = 256, KNOWS_CPUS = 512, KNOWS_FREE_ON_CPUS = 1024, KNOWS_NODES = 2048,
};
enum slab_list { ON_NODE, ON_CPU_PARTIAL, ON_CPU };

/// Record of a cache. The name follows, then the records of nodes and bins.
struct cache_record {
  __u16 kind, bytes;
  __u32 flags;
  __u64 cache, previous, next; // Addresses of this cache and its neighbours: if they do not match, the list has changed.
  __u32 object_size, stride, align, user_bytes;
  __u32 preferred, minimum; // Order << 16 | objects.
  __u32 min_partial, cpu_partial, cpu_partial_slabs, sheaf_capacity;
  __u32 references;
  __u32 free_in_sheaves; // Objects in sheaves of CPUs and nodes.
  __u32 repeats, overtaken; // Walks that were repeated; lists whose last walk was overtaken too.
  __u32 name_bytes, padding;
};

struct node_record {
  __u16 kind, bytes;
  __u32 node;
  __u64 slabs, objects, partial; // By the node's own counts.
};

struct bin_record {
  __u16 kind, bytes;
  __u8 list, order;
  __u16 node, objects, in_use;
  __u32 slabs;
};

// MARK: State

/// Bins of a row: the partial list of a node, the partial lists of all CPUs, or the CPU slabs of all CPUs.
struct bins {
  __u32 slabs[2][BINS]; // By order (the preferred one, another) and objects in use.
  __u32 counts[2], objects[2], orders[2];
};
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3); __type(key, __u32); __type(value, struct bins); }
rows SEC(".maps");

struct node_state { __u64 slabs, objects, partial; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct node_state); }
nodes SEC(".maps");

struct walk {
  __u64 cache, name, random; // The cache whose walk is not finished; name and random tell it from a later one at its address.
  __u64 position, previous; // The list entry to visit next, 0 before the walk of the node's list; the entry before it.
  __u64 partial_at_start; // The node's own count when its walk began.
  __u32 node, walked, attempts;
  __u32 cpu, free_in_sheaves, repeats, overtaken, knows_cpus, knows_free_on_cpus, knows_nodes;
  __u32 bins, bins_at_start; // Bins in use, now and when the node's walk began.
  // A pointer that is stored in a map and loaded again is a number, which may be added to.
  __u64 cpu_slabs, cpu_sheaves; // Per-CPU variables.
  __u64 probe; // Scratch.
  __u32 listed; // Slabs in `list`.
  __u32 list[LONGEST_CPU_LIST]; // The CPU's partial list: order slot << 31 | in use.
  __u32 list_objects[2], list_orders[2];
  __u64 cpu_offsets; // Whether `offsets` is known.
};
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct walk); }
walks SEC(".maps");

/// Offset of each CPU's copy of a per-CPU variable from the address of the variable.
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); }
offsets SEC(".maps");
/// 1 for each possible CPU of the machine. The numbers of the possible CPUs may have gaps.
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); }
possible SEC(".maps");
/// Per-CPU variable for which the addresses of the variable and of its copies are known.
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); }
sample SEC(".maps");

/// Length of a CPU's free list in the last pass. The CPU changes `tid` with each allocation and free (mm/slub.c, next_tid), so
/// that most lists need not be walked again. A walk of a free list reads each free object.
struct counted { __u64 tid, freelist, slab; __u32 count, padding; };
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 1024); __type(key, __u64); __type(value, struct counted); }
counted_lists SEC(".maps");

// MARK: Per-CPU addresses

/// The address of CPU c's copy of a per-CPU variable is the address of the variable plus an offset that depends on the CPU. The
/// kernel does not export the offsets, so they are computed from a per-CPU map: bpf_map_lookup_percpu_elem returns the address
/// of a copy, and the map contains the address of the variable.
static long find_offset(__u32 cpu, void *unused) {
  __u32 zero = 0;
  struct walk *state = bpf_map_lookup_elem(&walks, &zero);
  __u64 *offset = bpf_map_lookup_elem(&offsets, &cpu);
  __u32 *is_there = bpf_map_lookup_elem(&possible, &cpu);
  if (!state || !offset || !is_there) return 1;
  if (!*is_there) return 0;
  *(volatile __u64 *)&state->probe = (__u64)&sample;
  __u64 map = *(volatile __u64 *)&state->probe, variable = 0;
  bpf_probe_read_kernel(&variable, sizeof variable, (void *)(map + bpf_core_field_offset(struct bpf_array, pptrs)));
  void *copy = bpf_map_lookup_percpu_elem(&sample, &zero, cpu);
  if (!copy || !variable) return 1;
  *(volatile __u64 *)&state->probe = (__u64)copy;
  *offset = *(volatile __u64 *)&state->probe - variable;
  return 0;
}

// MARK: Bins

/// Returns the word at an address as a number. The word is read as the flags of a page, which are the first word of a page.
static __always_inline __u64 word_at(__u64 address) {
  if (bpf_core_field_exists(struct page___from_6_18, flags.f)) return AS(page___from_6_18, address)->flags.f;
  if (bpf_core_field_exists(struct page___until_6_17, flags)) return AS(page___until_6_17, address)->flags;
  return 0;
}

/// Returns the order of a slab from its page or, if the kernel stores the order elsewhere, from the number of its objects.
static __always_inline __u32 order_of(struct kmem_cache *s, __u64 slab, __u32 objects) {
  __u32 preferred = s->oo.x;
  if (bpf_core_field_exists(struct folio, _flags_1) && bpf_core_enum_value_exists(enum pageflags, PG_head)) {
    if (!(word_at(slab) >> bpf_core_enum_value(enum pageflags, PG_head) & 1)) return 0;
    return AS(folio, slab)->_flags_1 & 0xff;
  }
  return objects == (preferred & 0xffff) ? preferred >> 16 : s->min.x >> 16;
}

static __always_inline __u32 bin_of(__u32 in_use, __u32 objects) {
  return objects > LAST ? (__u32)((__u64)in_use * LAST / objects) : in_use;
}

/// Returns whether slabs of the cache can have this order and number of objects.
static __always_inline int fits(struct kmem_cache *s, __u32 order, __u32 objects, __u32 in_use) {
  __u32 geometry = order << 16 | objects;
  return in_use <= objects && (geometry == s->oo.x || geometry == s->min.x);
}

static __always_inline void count_slab(__u32 row, __u32 half, __u32 order, __u32 objects, __u32 bin) {
  __u32 zero = 0;
  struct bins *bins = bpf_map_lookup_elem(&rows, &row);
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!bins || !walk) return;
  half &= 1;
  if (!bins->slabs[half][bin & LAST]) walk->bins++;
  bins->slabs[half][bin & LAST]++;
  bins->counts[half]++;
  bins->objects[half] = objects;
  bins->orders[half] = order;
}

static long clear_bin(__u32 bin, __u32 *row) {
  struct bins *bins = bpf_map_lookup_elem(&rows, row);
  if (!bins) return 1;
  bins->slabs[0][bin & LAST] = bins->slabs[1][bin & LAST] = 0;
  return 0;
}

static __always_inline void clear_row(__u32 row) {
  struct bins *bins = bpf_map_lookup_elem(&rows, &row);
  if (!bins || !(bins->counts[0] | bins->counts[1])) return;
  bpf_loop(BINS, clear_bin, &row, 0);
  bins->counts[0] = bins->counts[1] = 0;
}

static long clear_any_row(__u32 row, void *unused) {
  clear_row(row);
  return 0;
}

// MARK: CPUs

struct free_list { __u64 object, block, slab_bytes, random; __u32 offset, count, limit; __u32 is_broken; };

/// Advances by one object on the free list of a CPU slab. Hardened kernels obfuscate the pointer in an object
/// (mm/slub.c, freelist_ptr_decode).
static long next_free(__u32 index, struct free_list *list) {
  if (!list->object) return 1;
  if ((list->object ^ list->block) >= list->slab_bytes || list->count >= list->limit) {
    list->is_broken = 1;
    return 1;
  }
  list->count++;
  __u64 address = list->object + list->offset;
  __u64 next = word_at(address);
  list->object = list->random ? next ^ list->random ^ __builtin_bswap64(address) : next;
  return 0;
}

/// Returns the length of the free list of a CPU slab, bounded by the slab's objects in use: the CPU may change it meanwhile.
static __always_inline __u32 count_free_list(
    struct kmem_cache *s, struct walk *walk, struct kmem_cache_cpu *c, __u64 slab, __u32 objects, __u32 in_use,
    __u32 order) {
  __u64 key = (__u64)c;
  struct counted now = {.tid = c->tid, .freelist = (__u64)c->freelist, .slab = slab};
  walk->probe = key;
  key = *(volatile __u64 *)&walk->probe;
  struct counted *last = bpf_map_lookup_elem(&counted_lists, &key);
  if (last && last->tid == now.tid && last->freelist == now.freelist && last->slab == slab)
    return last->count > in_use ? in_use : last->count;
  struct free_list list = {.object = now.freelist, .offset = s->offset, .limit = objects};
  list.slab_bytes = (__u64)settings.page_bytes << (order & 15);
  list.block = list.object & ~(list.slab_bytes - 1);
  if (bpf_core_field_exists(struct kmem_cache, random)) list.random = s->random;
  bpf_loop(objects, next_free, &list, 0);
  if (list.is_broken) walk->knows_free_on_cpus = 0;
  now.count = list.count;
  if (!list.is_broken && c->tid == now.tid) bpf_map_update_elem(&counted_lists, &key, &now, BPF_ANY);
  return list.count > in_use ? in_use : list.count;
}

struct cpu_walk { struct kmem_cache *s; __u64 slab; };

/// Adds one slab of a CPU's partial list to `walk.list`.
static long next_on_cpu(__u32 index, struct cpu_walk *cpu) {
  __u32 zero = 0;
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!walk || !cpu->slab) return 1;
  struct slab *slab = AS(slab, cpu->slab);
  if (slab->slab_cache != cpu->s) {
    walk->attempts++;
    return 1;
  }
  __u64 counters = slab->counters, next = (__u64)slab->next;
  __u32 objects = counters >> 16 & 0x7fff, in_use = counters & 0xffff;
  __u32 order = order_of(cpu->s, cpu->slab, objects), half = order != cpu->s->oo.x >> 16;
  __u32 at = walk->listed;
  if (slab->slab_cache != cpu->s || !fits(cpu->s, order, objects, in_use) || at >= LONGEST_CPU_LIST) {
    walk->attempts++;
    return 1;
  }
  walk->list[at & (LONGEST_CPU_LIST - 1)] = half << 31 | bin_of(in_use, objects);
  walk->list_objects[half & 1] = objects;
  walk->list_orders[half & 1] = order;
  walk->listed = at + 1;
  cpu->slab = next;
  return 0;
}

static long count_listed(__u32 at, void *unused) {
  __u32 zero = 0;
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!walk) return 1;
  __u32 entry = walk->list[at & (LONGEST_CPU_LIST - 1)], half = entry >> 31;
  count_slab(settings.nodes, half, walk->list_orders[half & 1], walk->list_objects[half & 1], entry & 0x7fffffff);
  return 0;
}

/// Counts the slab, the partial list and the sheaves of CPU `walk.cpu`.
static long walk_cpu(__u32 index, struct cpu_walk *w) {
  __u32 zero = 0;
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!walk || walk->cpu >= settings.cpus) return 1;
  __u32 cpu = walk->cpu++;
  __u64 *offset = bpf_map_lookup_elem(&offsets, &cpu);
  __u32 *is_there = bpf_map_lookup_elem(&possible, &cpu);
  if (!offset || !is_there) return 1;
  if (!*is_there) return 0;
  struct kmem_cache *s = w->s;
  if (bpf_core_field_exists(struct kmem_cache, cpu_slab) && walk->cpu_slabs) {
    struct kmem_cache_cpu *c = AS(kmem_cache_cpu, walk->cpu_slabs + *offset);
    __u64 at = (__u64)c->slab;
    struct slab *slab = AS(slab, at);
    if (at && slab->slab_cache == s) {
      __u64 counters = slab->counters;
      __u32 objects = counters >> 16 & 0x7fff, in_use = counters & 0xffff, order = order_of(s, at, objects);
      if (slab->slab_cache == s && fits(s, order, objects, in_use)) {
        __u32 free = count_free_list(s, walk, c, at, objects, in_use, order);
        count_slab(settings.nodes + 1, order != s->oo.x >> 16, order, objects, bin_of(in_use - free, objects));
      }
    }
    if (bpf_core_field_exists(struct kmem_cache_cpu, partial)) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        __u32 before = walk->attempts;
        walk->listed = 0;
        w->slab = (__u64)c->partial;
        bpf_loop(LONGEST_CPU_LIST + 1, next_on_cpu, w, 0);
        if (walk->attempts == before) break;
        if (attempt + 1 < ATTEMPTS) {
          walk->repeats++;
        } else {
          walk->overtaken++;
          walk->knows_cpus = 0;
        }
      }
      bpf_loop(walk->listed, count_listed, 0, 0);
    }
  }
  if (bpf_core_field_exists(struct kmem_cache, cpu_sheaves) && walk->cpu_sheaves) {
    struct slub_percpu_sheaves *sheaves = AS(slub_percpu_sheaves, walk->cpu_sheaves + *offset);
    struct slab_sheaf *main = sheaves->main, *spare = sheaves->spare, *rcu_free = sheaves->rcu_free;
    if (main) walk->free_in_sheaves += AS(slab_sheaf, main)->size;
    if (spare) walk->free_in_sheaves += AS(slab_sheaf, spare)->size;
    if (rcu_free) walk->free_in_sheaves += AS(slab_sheaf, rcu_free)->size;
  }
  return 0;
}

// MARK: Nodes

struct list_walk { struct kmem_cache *s; __u64 position, previous, head; __u32 walked, limit, row, is_overtaken; };

/// Counts one slab of a node's partial list.
static long next_on_node(__u32 index, struct list_walk *list) {
  if (list->position == list->head) return 1;
  __u64 at = list->position - bpf_core_field_offset(struct slab, slab_list);
  struct slab *slab = AS(slab, at);
  __u64 counters = slab->counters, next = (__u64)slab->slab_list.next, previous = (__u64)slab->slab_list.prev;
  __u32 objects = counters >> 16 & 0x7fff, in_use = counters & 0xffff;
  __u32 order = order_of(list->s, at, objects);
  // The slab may have left the list before this point. The figures are valid only if it still belongs to the cache now.
  if (previous != list->previous || slab->slab_cache != list->s || !fits(list->s, order, objects, in_use)
      || list->walked >= list->limit) {
    list->is_overtaken = 1;
    return 1;
  }
  list->previous = list->position;
  list->position = next;
  list->walked++;
  count_slab(list->row, order != list->s->oo.x >> 16, order, objects, bin_of(in_use, objects));
  return 0;
}

/// Returns the address of a node's part of a cache; 0 if there is none.
static __always_inline __u64 node_address(struct kmem_cache *s, __u32 node) {
  __u64 at = 0, field = (__u64)s;
  if (bpf_core_field_exists(struct kmem_cache, node)) {
    field += bpf_core_field_offset(struct kmem_cache, node) + node * sizeof(void *);
  } else if (bpf_core_field_exists(struct kmem_cache___nodes, per_node)) {
    __u32 first = bpf_core_field_offset(struct kmem_cache___nodes, per_node[0].node);
    field += first + node * (bpf_core_field_offset(struct kmem_cache___nodes, per_node[1].node) - first);
  } else {
    return 0;
  }
  bpf_probe_read_kernel(&at, sizeof at, (void *)field);
  return at;
}

static __always_inline __u64 barn_address(struct kmem_cache *s, __u64 node_at, __u32 node) {
  __u64 at = 0;
  if (bpf_core_field_exists(struct kmem_cache_node, barn)) {
    at = (__u64)AS(kmem_cache_node, node_at)->barn;
  } else if (bpf_core_field_exists(struct kmem_cache___nodes, per_node[0].barn)) {
    __u32 first = bpf_core_field_offset(struct kmem_cache___nodes, per_node[0].barn);
    __u64 field = (__u64)s + first
      + node * (bpf_core_field_offset(struct kmem_cache___nodes, per_node[1].barn) - first);
    bpf_probe_read_kernel(&at, sizeof at, (void *)field);
  }
  return at;
}

struct node_walk { struct kmem_cache *s; __u32 budget; };

/// Walks the rest of the partial list of node `walk.node`, up to the number of slabs that this run may still visit.
/// Returns 1 if this run may visit no more slabs.
static long walk_node(__u32 index, struct node_walk *w) {
  __u32 zero = 0;
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!walk || walk->node >= settings.nodes) return 1;
  __u32 number = walk->node;
  struct node_state *state = bpf_map_lookup_elem(&nodes, &number);
  __u64 at = node_address(w->s, number);
  if (!state) return 1;
  if (!at) {
    state->slabs = state->objects = state->partial = 0;
    walk->node++;
    return 0;
  }
  struct kmem_cache_node *node = AS(kmem_cache_node, at);
  __u64 head = at + bpf_core_field_offset(struct kmem_cache_node, partial);
  if (!walk->position) {
    walk->position = (__u64)node->partial.next;
    walk->previous = head;
    walk->walked = 0;
    walk->partial_at_start = node->nr_partial;
    walk->bins_at_start = walk->bins;
  }
  // A list may grow while it is walked. A walk that exceeds this limit is not on a valid list any more.
  __u64 limit = node->nr_partial * 2 + 1024;
  struct list_walk list = {
    .s = w->s, .position = walk->position, .previous = walk->previous, .head = head, .walked = walk->walked,
    .limit = limit > 1u << 30 ? 1u << 30 : limit, .row = number};
  bpf_loop(w->budget, next_on_node, &list, 0);
  w->budget -= list.walked - walk->walked > w->budget ? w->budget : list.walked - walk->walked;
  walk->position = list.position;
  walk->previous = list.previous;
  walk->walked = list.walked;
  int is_finished = list.position == head;
  // A list may grow or shrink meanwhile. The number of slabs counted is then near the node's counts before and after.
  __u64 start = walk->partial_at_start, end = node->nr_partial, slack = 16 + (start >> 8);
  __u64 fewest = start < end ? start : end, most = start < end ? end : start;
  if (is_finished && (list.walked + slack < fewest || list.walked > most + slack)) list.is_overtaken = 1;
  if (list.is_overtaken) {
    clear_row(number);
    walk->bins = walk->bins_at_start;
    walk->attempts++;
    if (walk->attempts < ATTEMPTS) {
      walk->repeats++;
      walk->position = 0;
      return w->budget == 0;
    }
    walk->overtaken++;
    walk->knows_nodes = 0;
    is_finished = 1;
  }
  if (!is_finished) return w->budget == 0;
  state->partial = node->nr_partial;
  if (bpf_core_field_exists(struct kmem_cache_node, nr_slabs)) {
    state->slabs = node->nr_slabs.counter;
    state->objects = node->total_objects.counter;
  }
  __u64 barn = barn_address(w->s, at, number);
  if (barn && bpf_core_field_exists(struct kmem_cache, sheaf_capacity))
    walk->free_in_sheaves += AS(node_barn, barn)->nr_full * w->s->sheaf_capacity;
  walk->position = 0;
  walk->attempts = 0;
  walk->node = number + 1;
  return w->budget == 0;
}

// MARK: Records

struct bin_output { struct seq_file *seq; __u32 row, half; };

static long emit_bin(__u32 bin, struct bin_output *output) {
  __u32 row = output->row, half = output->half & 1;
  struct bins *bins = bpf_map_lookup_elem(&rows, &row);
  if (!bins) return 1;
  __u32 slabs = bins->slabs[half][bin & LAST];
  if (!slabs) return 0;
  __u32 objects = bins->objects[half];
  struct bin_record record = {
    .kind = RECORD_BIN, .bytes = sizeof record, .order = bins->orders[half], .objects = objects, .slabs = slabs,
    .in_use = objects > LAST ? (__u64)bin * objects / LAST : bin};
  record.list = row < settings.nodes ? ON_NODE : row == settings.nodes ? ON_CPU_PARTIAL : ON_CPU;
  record.node = row < settings.nodes ? row : 0;
  bpf_seq_write(output->seq, &record, sizeof record);
  bins->slabs[half][bin & LAST] = 0;
  return 0;
}

static long emit_row(__u32 row, struct bin_output *output) {
  struct bins *bins = bpf_map_lookup_elem(&rows, &row);
  if (!bins) return 1;
  output->row = row;
  for (int half = 0; half < 2; half++) {
    if (!bins->counts[half]) continue;
    __u32 last = bins->objects[half] > LAST ? LAST : bins->objects[half];
    output->half = half;
    bpf_loop(last + 1, emit_bin, output, 0);
    bins->counts[half] = 0;
  }
  return 0;
}

static long emit_node(__u32 number, struct bin_output *output) {
  struct node_state *state = bpf_map_lookup_elem(&nodes, &number);
  if (!state) return 1;
  struct node_record record = {
    .kind = RECORD_NODE, .bytes = sizeof record, .node = number, .slabs = state->slabs, .objects = state->objects,
    .partial = state->partial};
  bpf_seq_write(output->seq, &record, sizeof record);
  return 0;
}

#define HAS(bit) (flags >> bpf_core_enum_value(enum _slab_flag_bits, bit) & 1)

static __always_inline __u32 flags_of(struct kmem_cache *s, struct walk *walk) {
  __u32 flags = s->flags, known = 0;
  if (HAS(_SLAB_RECLAIM_ACCOUNT)) known |= IS_RECLAIMABLE;
  if (bpf_core_enum_value_exists(enum _slab_flag_bits, _SLAB_ACCOUNT) && HAS(_SLAB_ACCOUNT)) known |= IS_ACCOUNTED;
  if (bpf_core_enum_value_exists(enum _slab_flag_bits, _SLAB_RED_ZONE)
      && (HAS(_SLAB_CONSISTENCY_CHECKS) || HAS(_SLAB_RED_ZONE) || HAS(_SLAB_POISON) || HAS(_SLAB_STORE_USER)
          || HAS(_SLAB_TRACE)))
    known |= IS_DEBUGGED;
  if (HAS(_SLAB_TYPESAFE_BY_RCU)) known |= IS_TYPESAFE_BY_RCU;
  if (HAS(_SLAB_NO_MERGE)) known |= IS_NEVER_MERGED;
  if (HAS(_SLAB_KMALLOC)) known |= IS_KMALLOC;
  if (HAS(_SLAB_CACHE_DMA)) known |= IS_DMA;
  if (s->ctor) known |= HAS_CONSTRUCTOR;
  if (bpf_core_field_exists(struct kmem_cache_node, nr_slabs)) known |= KNOWS_ALL_SLABS;
  if (walk->cpu_offsets && walk->knows_cpus) known |= KNOWS_CPUS;
  if (walk->cpu_offsets && walk->knows_cpus && walk->knows_free_on_cpus) known |= KNOWS_FREE_ON_CPUS;
  if (walk->knows_nodes) known |= KNOWS_NODES;
  return known;
}

static __always_inline void emit_cache(struct kmem_cache *s, struct walk *walk, struct seq_file *seq) {
  char name[LONGEST_NAME] = {};
  long length = bpf_probe_read_kernel_str(name, sizeof name, s->name);
  struct cache_record record = {
    .kind = RECORD_CACHE, .bytes = sizeof record, .flags = flags_of(s, walk), .cache = (__u64)s,
    .previous = (__u64)s->list.prev - bpf_core_field_offset(struct kmem_cache, list),
    .next = (__u64)s->list.next - bpf_core_field_offset(struct kmem_cache, list), .object_size = s->object_size,
    .stride = s->size, .align = s->align, .preferred = s->oo.x, .minimum = s->min.x, .min_partial = s->min_partial,
    .references = s->refcount, .free_in_sheaves = walk->free_in_sheaves,
    .repeats = walk->repeats, .overtaken = walk->overtaken};
  if (bpf_core_field_exists(struct kmem_cache, usersize)) record.user_bytes = s->usersize;
  if (bpf_core_field_exists(struct kmem_cache, cpu_partial)) record.cpu_partial = s->cpu_partial;
  if (bpf_core_field_exists(struct kmem_cache, cpu_partial_slabs)) record.cpu_partial_slabs = s->cpu_partial_slabs;
  if (bpf_core_field_exists(struct kmem_cache, sheaf_capacity)) record.sheaf_capacity = s->sheaf_capacity;
  // The name is padded with zeros to a multiple of eight bytes.
  __u32 bytes = length > 0 ? (__u32)length + 7 : 8;
  bytes &= 0x78;
  record.name_bytes = bytes;
  bpf_seq_write(seq, &record, sizeof record);
  bpf_seq_write(seq, name, bytes);
}

SEC("iter/kmem_cache")
int walk_cache(struct bpf_iter__kmem_cache *ctx) {
  struct kmem_cache *s = ctx->s;
  __u32 zero = 0;
  struct walk *walk = bpf_map_lookup_elem(&walks, &zero);
  if (!s || !walk) return 0;
  __u64 random = bpf_core_field_exists(struct kmem_cache, random) ? s->random : 0;
  if (walk->cache != (__u64)s || walk->name != (__u64)s->name || walk->random != random) {
    // If a reader ended before its pass was complete, the bins may contain counts of that pass.
    if (walk->cache) bpf_loop(settings.nodes + 2, clear_any_row, 0, 0);
    walk->cache = (__u64)s;
    walk->name = (__u64)s->name;
    walk->random = random;
    walk->position = walk->node = walk->walked = walk->attempts = walk->cpu = walk->bins = 0;
    walk->free_in_sheaves = walk->repeats = walk->overtaken = 0;
    walk->knows_cpus = walk->knows_free_on_cpus = walk->knows_nodes = 1;
    if (!walk->cpu_offsets)
      walk->cpu_offsets = bpf_loop(settings.cpus, find_offset, 0, 0) == settings.cpus;
    if (bpf_core_field_exists(struct kmem_cache, cpu_slab)) walk->cpu_slabs = (__u64)s->cpu_slab;
    if (bpf_core_field_exists(struct kmem_cache, cpu_sheaves)) walk->cpu_sheaves = (__u64)s->cpu_sheaves;
  }
  if (walk->cpu_offsets && walk->cpu < settings.cpus) {
    struct cpu_walk cpus = {.s = s};
    bpf_loop(CPUS_PER_RUN, walk_cpu, &cpus, 0);
    walk->attempts = 0;
    if (walk->cpu < settings.cpus) return 1; // To be continued.
  }
  struct node_walk node_walk = {.s = s, .budget = settings.slabs_per_run};
  bpf_loop(settings.nodes * ATTEMPTS, walk_node, &node_walk, 0);
  if (walk->node < settings.nodes) return 1; // To be continued.
  if (walk->bins > MOST_BINS) {
    walk->knows_nodes = walk->knows_cpus = 0;
    bpf_loop(settings.nodes + 2, clear_any_row, 0, 0);
  }
  struct bin_output output = {.seq = ctx->meta->seq};
  emit_cache(s, walk, ctx->meta->seq);
  bpf_loop(settings.nodes, emit_node, &output, 0);
  bpf_loop(settings.nodes + 2, emit_row, &output, 0);
  walk->cache = 0;
  return 0;
}

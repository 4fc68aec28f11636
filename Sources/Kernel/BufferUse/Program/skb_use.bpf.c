// SPDX-License-Identifier: GPL-2.0
//
// skb_use: reports the number of bytes in use of a packet's data buffer, at the tracepoints at which a packet is given to a
// device, received from a device, consumed, and dropped.
//
// The last two fire before the kernel frees the buffer, so that the report precedes the kfree of the buffer in time. The first
// two are needed because TCP frees most packets without an event. The program writes nothing but its ring buffer.
//
// The fields of struct sk_buff that the program reads are declared here and relocated (CO-RE) when it is loaded. Sources:
// include/linux/skbuff.h, include/trace/events/skb.h and net.h of Linux 6.18. 64-bit kernels only: there `tail` and `end` are
// offsets from `head`.
//
// `.ci/bpf-object` builds the object that is committed beside this file, and checks that both agree.

#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sk_buff {
  unsigned int tail, end;
  unsigned char *head;
  unsigned char head_frag : 1;
};
struct skb_shared_info { unsigned char nr_frags; };

#pragma clang attribute pop

/// Report that user space reads.
struct use_record {
  __u64 time; // CLOCK_MONOTONIC, in nanoseconds: the trace clock `mono`.
  __u64 head; // Address of the buffer.
  __u32 tail, end; // Bytes from there to the end of the data, and to struct skb_shared_info.
  __u32 shared_info; // Bytes of struct skb_shared_info.
  __u32 cpu;
};

/// Ring buffer of the reports. User space sets its size.
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } uses SEC(".maps");
/// Number of reports that were lost because the ring buffer was full.
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); }
lost SEC(".maps");

static __always_inline int report(const struct sk_buff *skb) {
  // A buffer in a page fragment is not an object of a slab.
  if (bpf_core_field_exists(skb->head_frag) && BPF_CORE_READ_BITFIELD_PROBED(skb, head_frag)) return 0;
  struct use_record *record = bpf_ringbuf_reserve(&uses, sizeof(*record), 0);
  if (!record) {
    __u32 first = 0;
    __u64 *count = bpf_map_lookup_elem(&lost, &first);
    if (count) __sync_fetch_and_add(count, 1);
    return 0;
  }
  // The time is taken after the reservation, so that a reader that finds the ring empty gets no older report later.
  record->time = bpf_ktime_get_ns();
  record->head = (__u64)BPF_CORE_READ(skb, head);
  record->tail = BPF_CORE_READ(skb, tail);
  record->end = BPF_CORE_READ(skb, end);
  record->shared_info = bpf_core_type_size(struct skb_shared_info);
  record->cpu = bpf_get_smp_processor_id();
  // No wake-up: user space polls.
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("raw_tp/consume_skb") int consume_skb(struct bpf_raw_tracepoint_args *context) {
  return report((const struct sk_buff *)context->args[0]);
}
SEC("raw_tp/kfree_skb") int kfree_skb(struct bpf_raw_tracepoint_args *context) {
  return report((const struct sk_buff *)context->args[0]);
}
SEC("raw_tp/net_dev_queue") int net_dev_queue(struct bpf_raw_tracepoint_args *context) {
  return report((const struct sk_buff *)context->args[0]);
}
SEC("raw_tp/netif_receive_skb") int netif_receive_skb(struct bpf_raw_tracepoint_args *context) {
  return report((const struct sk_buff *)context->args[0]);
}

/// A bpftrace script whose output `slabscope import` reads, for hosts that have bpftrace but not slabscope.
enum BpftraceScript {
  static let text = #"""
    #!/usr/bin/env bpftrace
    // Prints one line per event of the kernel's slab allocator. Record: bpftrace kmem.bt > kmem.txt (ctrl-C ends it).
    // Convert: slabscope import kmem.txt -o kmem.slabtrace
    // Kernels before 6.1 have no name= on kmem_cache_alloc: remove `name=%s` and `str(args->name)` from that line.
    // If events are lost under heavy traffic, enlarge the buffer: BPFTRACE_PERF_RB_PAGES=4096.
    tracepoint:kmem:kmalloc {
      printf("%llu cpu=%d pid=%d comm=%s kmalloc: call_site=%s ptr=0x%llx bytes_req=%llu bytes_alloc=%llu\n", nsecs, cpu, tid, comm, ksym(args->call_site), (uint64)args->ptr, args->bytes_req, args->bytes_alloc);
    }
    tracepoint:kmem:kmem_cache_alloc {
      printf("%llu cpu=%d pid=%d comm=%s kmem_cache_alloc: call_site=%s ptr=0x%llx name=%s bytes_req=%llu bytes_alloc=%llu\n", nsecs, cpu, tid, comm, ksym(args->call_site), (uint64)args->ptr, str(args->name), args->bytes_req, args->bytes_alloc);
    }
    tracepoint:kmem:kfree {
      printf("%llu cpu=%d pid=%d comm=%s kfree: call_site=%s ptr=0x%llx\n", nsecs, cpu, tid, comm, ksym(args->call_site), (uint64)args->ptr);
    }
    tracepoint:kmem:kmem_cache_free {
      printf("%llu cpu=%d pid=%d comm=%s kmem_cache_free: call_site=%s ptr=0x%llx name=%s\n", nsecs, cpu, tid, comm, ksym(args->call_site), (uint64)args->ptr, str(args->name));
    }

    """#
}

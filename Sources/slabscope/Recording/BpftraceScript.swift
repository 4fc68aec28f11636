/// A bpftrace script that prints the lines that `slabscope import` reads, for hosts where bpftrace is at hand and slabscope
/// is not.
enum BpftraceScript {
  static let text = #"""
    #!/usr/bin/env bpftrace
    // One line an event of the kernel's slab allocators. Record: bpftrace kmem.bt > kmem.txt (ctrl-C ends).
    // Read: slabscope import kmem.txt -o kmem.slabtrace
    // Kernels before 6.1 lack name= on kmem_cache_alloc: leave `name=%s` and `str(args->name)` out of that line there.
    // Under heavy traffic give bpftrace more room: BPFTRACE_PERF_RB_PAGES=4096.
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

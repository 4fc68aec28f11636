internal import Glibc

/// Options of tracing the running kernel's slab events.
package struct TracingOptions: Sendable {
  /// Tasks to trace.
  package var scope = TracingScope.all
  /// Process number of the command, for the scope `.command`.
  package var command: Int?
  /// Whether threads that this process starts later are excluded, for the scope `.all`. Its present threads always are.
  package var excludesLaterThreads = false
  /// Caches to trace; nil traces all of them.
  package var filter: CacheFilter?
  /// Size of the ring buffer of each CPU in KiB.
  package var bufferKiB: Int
  /// Whether the events of the page allocator are counted.
  package var countsPages = true
  /// Whether the ends of packets are traced as frees of their heads, if the kernel has the tracepoints.
  package var tracesPacketEnds = true
  /// Whether the bytes in use of packets' data buffers are traced. They are read from the buffers by BPF if the kernel permits
  /// it; otherwise they are computed from the lengths of packets, if the kernel has the tracepoints.
  package var tracesBufferUse = true

  /// Creates options that trace all tasks and caches. The ring buffers take a 32nd of the memory, from 1 to 32 MiB for each CPU.
  package init() {
    let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    bufferKiB = min(max(memory / 32 / cpus, 1 << 20), 32 << 20) >> 10
  }

  /// Creates options for a consumer inside this process that needs allocations and frees only.
  package static var eventsOnly: TracingOptions {
    var options = TracingOptions()
    (options.countsPages, options.tracesBufferUse, options.excludesLaterThreads) = (false, false, true)
    return options
  }
}

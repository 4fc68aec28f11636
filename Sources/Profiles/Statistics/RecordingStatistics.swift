package import Recordings

/// Statistics of a recording: allocations and frees by cache, call site, CPU and lifetime, and allocations without a free.
///
/// Each free is matched with the latest allocation in its slot. An allocation in the slot of a live object ends the older
/// object, which was freed without an event (`alloc_over_live`). The figures are related as follows:
///
/// - `never_freed` = `alloc_over_live` + `live_at_end`
/// - `allocs` = `paired_frees` + `alloc_over_live` + `live_at_end`
/// - `frees` = `paired_frees` + `unmatched_frees`
///
/// Failed allocations are not part of `allocs`, and frees of NULL and ZERO_SIZE_PTR are not part of `frees`. A paired free is
/// counted for the cache of its allocation. Peaks are determined after each event.
package struct RecordingStatistics: Sendable, Hashable {
  /// Statistics of a cache.
  package struct Cache: Sendable, Hashable {
    /// Figures of its objects.
    package internal(set) var figures = AllocationFigures()
    /// Number of frees of objects whose allocation is not in the recording.
    package internal(set) var unmatchedFrees = 0
    /// Number of allocations of each size; the key is `requested/allocated` bytes.
    package internal(set) var sizes: [String: Int] = [:]
    /// Bytes in use of the objects for which they are known.
    package internal(set) var uses = UsedBytesStatistics()
  }

  /// Numbers, from 1, of the events that first reached the peaks.
  package struct PeakEvents: Sendable, Hashable, Encodable {
    /// Event of the peak of live objects.
    package var objects = 0
    /// Event of the peak of requested bytes of live objects.
    package var bytesReq = 0
    /// Event of the peak of allocated bytes of live objects.
    package var bytesAlloc = 0

    private enum CodingKeys: String, CodingKey {
      case objects
      case bytesReq = "bytes_req"
      case bytesAlloc = "bytes_alloc"
    }
  }

  /// Number of events.
  package internal(set) var events = 0
  /// Number of events of each tracepoint, in the order of `AllocationEvent.Kind`.
  package internal(set) var eventsByKind = [Int](repeating: 0, count: 4)
  /// Number of frees of NULL.
  package internal(set) var nullFrees = 0
  /// Number of frees of ZERO_SIZE_PTR.
  package internal(set) var zeroSizeFrees = 0
  /// Number of failed allocations.
  package internal(set) var nullAllocs = 0
  /// Sums of the figures of all contexts.
  package internal(set) var total = AllocationFigures()
  /// Number of frees of objects whose allocation is not in the recording.
  package internal(set) var unmatchedFrees = 0
  /// Number of paired frees whose tracepoint does not match that of the allocation, such as kmem_cache_alloc and kfree.
  package internal(set) var pairsAcrossEventKinds = 0
  /// Requested bytes of the objects with a paired free.
  package internal(set) var pairedFreeBytesReq = 0
  /// Allocated bytes of the objects with a paired free.
  package internal(set) var pairedFreeBytesAlloc = 0
  /// Peak number of live objects.
  package internal(set) var peakLiveObjects = 0
  /// Peak of the requested bytes of live objects.
  package internal(set) var peakLiveBytesReq = 0
  /// Peak of the allocated bytes of live objects.
  package internal(set) var peakLiveBytesAlloc = 0
  /// Numbers of the events that first reached the peaks.
  package internal(set) var peakEvents = PeakEvents()
  /// Number of events of socket buffers. An event belongs to them by its call site (a function with `skb` in its name, or
  /// kmalloc_reserve) or by its cache (`skbuff_*`); a paired free also belongs to them if its allocation does.
  package internal(set) var skbEvents = 0
  /// Number of successful allocations among the events of socket buffers.
  package internal(set) var skbAllocs = 0
  /// Number of events of each CPU.
  package internal(set) var eventsPerCPU: [Int: Int] = [:]
  /// Number of paired objects by CPU: entry `[a][f]` for objects that CPU `a` allocated and CPU `f` freed. CPUs above 255 are
  /// counted as 255.
  package internal(set) var freesByCPU: [[Int]] = []
  /// Statistics of each cache, by name.
  package internal(set) var caches: [String: Cache] = [:]
  /// Number of kmalloc requests by requested bytes.
  package internal(set) var kmallocSizes: [Int: Int] = [:]
  /// Number of kmalloc requests by allocated bytes.
  package internal(set) var kmallocClasses: [Int: Int] = [:]
  /// Figures of each call site that allocates.
  package internal(set) var allocCallSites: [String: AllocationFigures] = [:]
  /// Number of frees of each call site.
  package internal(set) var freeCallSites: [String: Int] = [:]
  /// Number of unmatched frees of each call site.
  package internal(set) var unmatchedFreeCallSites: [String: Int] = [:]
  /// Time of the first event; nil if there are no events.
  package internal(set) var firstTime: UInt64?
  /// Latest time of an event.
  package internal(set) var lastTime: UInt64 = 0
  /// Number of events whose time is before that of an earlier event.
  package internal(set) var timestampsBackwards = 0
  /// Whether times are in microseconds. Otherwise they are ticks of unknown length.
  package internal(set) var timesAreMicroseconds = true
  /// Number of samples of the kernel's memory statistics.
  package internal(set) var samples = 0
  /// Blocks allocated and freed by the page allocator; nil if they were not counted.
  package internal(set) var pageTraffic: PageTraffic?
  /// Bytes in use of the objects for which they are known.
  package internal(set) var uses = UsedBytesStatistics()
  /// Method that determined the bytes in use; nil if unknown.
  package internal(set) var usedBytesMethod: UsedBytesMethod?
  /// Statistics of the import; nil if the recording does not contain them.
  package internal(set) var lines: ImportStatistics?

  /// Number of frees of objects, paired and unmatched.
  package var frees: Int { total.freeObjects + unmatchedFrees }
  /// Number of objects without a free.
  package var neverFreed: Int { total.unseenFrees + total.liveObjects }
  /// Number of paired objects by lifetime. Bucket b contains lifetimes from 2^(b-1) to 2^b - 1 microseconds (ticks, if the
  /// clock's rate is unknown), and bucket 0 those of 0. Buckets without objects are absent.
  package var lifetimeLog2: [Int: Int] {
    let buckets = total.lifetimes.buckets
    return Dictionary(uniqueKeysWithValues: buckets.indices.lazy.filter { buckets[$0] > 0 }.map { ($0, buckets[$0]) })
  }

  /// Number of frees of sk_buff heads that were recorded at the end of the packet (`PacketEnd`).
  package var packetFrees: Int { PacketEnd.allCases.reduce(0) { $0 + (freeCallSites[$1.rawValue] ?? 0) } }

  /// Time in seconds from the first event to the latest; nil if the clock's rate is unknown or there are no events.
  package var durationSeconds: Double? {
    guard timesAreMicroseconds, let firstTime else { return nil }
    return Double(lastTime - min(firstTime, lastTime)) / 1e6
  }

  /// Reads all events of a recording and computes the statistics. The recording is rewound before and after.
  /// - Throws: `SlabtraceError` if the recording is damaged.
  /// - Complexity: O(events).
  package init(of recording: inout Recording) throws {
    var collector = AllocationProfileCollector(
      ticksPerSecond: recording.ticksPerSecond, roundsSkbDataSizes: recording.roundsSkbDataSizes)
    var eventsByShape = [Int](repeating: 0, count: recording.shapes.count)
    try AllocationProfile.read(recording, into: &collector) { batch in
      for event in batch { eventsByShape[event.shape] += 1 }
    }
    recording.rewind()
    timesAreMicroseconds = recording.ticksPerSecond != 0
    lines = recording.counts
    usedBytesMethod = recording.usedBytesMethod
    samples = recording.sampleCount
    var pages: PageTraffic?
    try recording.forEachSample { sample in
      if sample.source == .pageTraffic { pages = PageTraffic(text: sample.text) }
    }
    pageTraffic = pages
    addProfile(collector.profile(name: recording.name))
    addTotals(collector.counter.totals)
    addUses(collector)
    addEvents(eventsByShape, of: recording)
    freesByCPU = RecordingStatistics.square(freesByCPU, cpus: min(recording.cpuCount, RecordingStatistics.mostCPUs))
  }
}

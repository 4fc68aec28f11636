/// The figures of a recording: what was allocated and freed, by whom, for how long, and what the pairing of the two
/// could not see.
///
/// Rules, in the order of the file: an allocation whose slot was live means that the older object was freed unseen
/// (`alloc_over_live`); `never_freed` = that + live at the end; hence allocs = paired frees + alloc_over_live + live at
/// the end, and frees = paired + unmatched. NULL and ZERO_SIZE_PTR frees are events, not frees; failed allocations are not
/// allocs. A paired free belongs to the cache of its allocation. Peaks are taken after each event.
public struct RecordingStatistics: Sendable, Hashable {
  /// What one cache saw.
  public struct Cache: Sendable, Hashable, Encodable {
    /// Successful allocations.
    public var allocs = 0
    /// Frees of objects whose allocation was seen.
    public var pairedFrees = 0
    /// Frees of objects whose allocation was not.
    public var unmatchedFrees = 0
    /// Allocations of an address that was live already.
    public var allocOverLive = 0
    /// Objects that live when the recording ends.
    public var liveAtEnd = 0
    /// Bytes asked for.
    public var bytesReq = 0
    /// Bytes set aside.
    public var bytesAlloc = 0
    /// Allocations by `requested/allocated` bytes.
    public var sizes: [String: Int] = [:]
    /// Bytes in use of the objects of which that is known.
    public internal(set) var uses = UseStatistics()

    /// Nothing seen.
    public init() {}

    /// Encodes under snake_case names; what was in use is absent if it is not known.
    public func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      for (key, value) in [
        (CodingKeys.allocs, allocs), (.pairedFrees, pairedFrees), (.unmatchedFrees, unmatchedFrees),
        (.allocOverLive, allocOverLive), (.liveAtEnd, liveAtEnd), (.bytesReq, bytesReq), (.bytesAlloc, bytesAlloc),
      ] { try object.encode(value, forKey: key) }
      try object.encode(sizes, forKey: .sizes)
      guard uses.objects > 0 else { return }
      try object.encode(uses.objects, forKey: .usedObjects)
      try object.encode(uses.usedBytes, forKey: .usedBytes)
      try object.encode(uses.allocatedBytes, forKey: .usedBytesAlloc)
      try object.encode(
        Dictionary(uniqueKeysWithValues: uses.sizes.map { (String($0.key), $0.value) }), forKey: .usedSizes)
    }

    private enum CodingKeys: String, CodingKey {
      case allocs, sizes
      case usedObjects = "used_objects"
      case usedBytes = "used_bytes"
      case usedBytesAlloc = "used_bytes_alloc"
      case usedSizes = "used_sizes"
      case pairedFrees = "paired_frees"
      case unmatchedFrees = "unmatched_frees"
      case allocOverLive = "alloc_over_live"
      case liveAtEnd = "live_at_end"
      case bytesReq = "bytes_req"
      case bytesAlloc = "bytes_alloc"
    }
  }

  /// Which events reached the peaks first.
  public struct PeakEvents: Sendable, Hashable, Encodable {
    /// Of live objects, of bytes asked for, of bytes set aside.
    public var objects = 0
    /// Of bytes asked for.
    public var bytesReq = 0
    /// Of bytes set aside.
    public var bytesAlloc = 0

    private enum CodingKeys: String, CodingKey {
      case objects
      case bytesReq = "bytes_req"
      case bytesAlloc = "bytes_alloc"
    }
  }

  /// What one call site allocated.
  public struct Site: Sendable, Hashable, Encodable {
    /// How many there were.
    public var count = 0
    /// Bytes asked for.
    public var bytesReq = 0
    /// Bytes set aside.
    public var bytesAlloc = 0

    private enum CodingKeys: String, CodingKey {
      case count
      case bytesReq = "bytes_req"
      case bytesAlloc = "bytes_alloc"
    }
  }

  public internal(set) var events = 0
  /// Events by tracepoint, in the order of `AllocationEvent.Kind`.
  public internal(set) var eventsByKind = [Int](repeating: 0, count: 4)
  public internal(set) var nullFrees = 0
  public internal(set) var zeroSizeFrees = 0
  public internal(set) var nullAllocs = 0
  public internal(set) var allocs = 0
  public internal(set) var pairedFrees = 0
  public internal(set) var unmatchedFrees = 0
  public internal(set) var allocOverLive = 0
  public internal(set) var liveAtEnd = 0
  public internal(set) var crossCPUFrees = 0
  /// Pairs such as kmem_cache_alloc with kfree.
  public internal(set) var pairsAcrossEventKinds = 0
  public internal(set) var bytesReqTotal = 0
  public internal(set) var bytesAllocTotal = 0
  public internal(set) var pairedFreeBytesReq = 0
  public internal(set) var pairedFreeBytesAlloc = 0
  public internal(set) var liveAtEndBytesReq = 0
  public internal(set) var liveAtEndBytesAlloc = 0
  public internal(set) var peakLiveObjects = 0
  public internal(set) var peakLiveBytesReq = 0
  public internal(set) var peakLiveBytesAlloc = 0
  /// Numbers of the events, from 1, that first reached the peaks.
  public internal(set) var peakEvents = PeakEvents()
  /// Events of socket buffers: by call site (skb in the function's name, kmalloc_reserve), by cache (skbuff_*), or, of a free,
  /// by either of its allocation. And allocations among them.
  public internal(set) var skbEvents = 0
  public internal(set) var skbAllocs = 0
  /// Paired objects by the bits of their lifetime: bucket b holds lifetimes of 2^(b-1) up to 2^b - 1 microseconds (or
  /// ticks, where the clock's rate is unknown), bucket 0 those of 0.
  public internal(set) var lifetimeLog2: [Int: Int] = [:]
  public internal(set) var eventsPerCPU: [Int: Int] = [:]
  /// Entry `[a][f]`: objects that CPU `a` allocated and CPU `f` freed; CPUs from 255 up count as 255.
  public internal(set) var freesByCPU: [[Int]] = []
  public internal(set) var caches: [String: Cache] = [:]
  /// kmalloc's requests by bytes asked for, and by bytes set aside.
  public internal(set) var kmallocSizes: [Int: Int] = [:]
  public internal(set) var kmallocClasses: [Int: Int] = [:]
  public internal(set) var allocCallSites: [String: Site] = [:]
  public internal(set) var freeCallSites: [String: Int] = [:]
  public internal(set) var unmatchedFreeCallSites: [String: Int] = [:]
  public internal(set) var firstTime: UInt64?
  public internal(set) var lastTime: UInt64 = 0
  /// Events whose time lies before that of an earlier one.
  public internal(set) var timestampsBackwards = 0
  /// Whether times are microseconds, rather than ticks of unknown length.
  public internal(set) var timesAreMicroseconds = true
  /// Samples of the kernel's own accounts in the recording.
  public internal(set) var samples = 0
  /// What the page allocator did meanwhile, where that was counted.
  public internal(set) var pageTraffic: PageTraffic?
  /// Bytes in use of the objects of which that is known.
  public internal(set) var uses = UseStatistics()
  /// How that was measured; nil if the recording does not say.
  public internal(set) var useMeasure: UseMeasure?
  /// What the imported lines were, where the recording knows.
  public internal(set) var lines: TraceLineCounts?

  /// Frees of objects, paired or not.
  public var frees: Int { pairedFrees + unmatchedFrees }
  /// Objects whose free was not seen.
  public var neverFreed: Int { allocOverLive + liveAtEnd }

  /// Frees of packets' heads that were taken from the packets' ends.
  public var packetFrees: Int { PacketEnd.allCases.reduce(0) { $0 + (freeCallSites[$1.rawValue] ?? 0) } }

  /// Seconds from the first event to the last, where the clock's rate is known.
  public var durationSeconds: Double? {
    guard timesAreMicroseconds, let firstTime else { return nil }
    return Double(lastTime - min(firstTime, lastTime)) / 1e6
  }

  /// The figures of everything a recording holds. It is rewound before and after.
  /// - Complexity: O(events).
  public init(of recording: inout Recording) throws {
    recording.rewind()
    timesAreMicroseconds = recording.ticksPerSecond != 0
    lines = recording.counts
    useMeasure = recording.useMeasure
    samples = recording.sampleCount
    var pages: PageTraffic?
    try recording.forEachSample { sample in
      if sample.source == .pageTraffic { pages = PageTraffic(text: sample.text) }
    }
    pageTraffic = pages
    let names = StatisticsNames(recording.index)
    var collector = StatisticsCollector(recording.index.shapes, isSkb: names.isSkb, cpus: recording.cpuCount)
    try recording.forEachRawEvent { collector.add($0) }
    recording.rewind()
    names.fill(&self, from: collector)
  }
}

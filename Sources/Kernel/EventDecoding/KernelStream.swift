public import Recordings
/// Turns ring-buffer pages of several CPUs into events in order of time, paired and named.
///
/// Each CPU's pages come in order; the CPUs' streams are merged as far as every CPU has been read. Addresses become
/// slots and symbols here, so that nothing of the kernel's memory layout gets into a recording.
public struct KernelStream {
  private struct CPUStream {
    var events: [KernelEvent] = []
    /// Events before it were handed on.
    var next = 0
    /// No event that is yet to come is older.
    var readUpTo: UInt64 = 0
  }

  private let layout: RingBufferPage.Layout
  private let kernelSymbols: KernelSymbols
  private var decoder: KernelEventDecoder
  private var table = SymbolTable()
  private var live = LiveObjects()
  private var heads = PacketHeads()
  private var siteNumbers: [UInt64: UInt32] = [:]
  private var lastSite: (address: UInt64, number: UInt32) = (0, 0)
  private var unknownSites = 0
  /// Of each CPU the events of its ring buffer, then, of each CPU, the reports on data buffers.
  private var streams: [CPUStream]
  private let cpus: Int
  /// How much of the live objects is in use.
  private var uses = LiveUses()
  /// Which data belong to which packet; nil if no packet's length is read.
  private var packetData: PacketData?
  /// Time of the youngest event that was handed on.
  private var handedOn: UInt64 = 0
  /// Reports on data buffers that came after younger events had been handed on, and were ignored.
  package private(set) var lateReports = 0
  private var filter: CacheFilter?
  /// What was read so far.
  public private(set) var counts = TraceLineCounts()
  /// Pages with losses of unknown number.
  public private(set) var unknownLosses = 0

  /// - Parameters:
  ///   - formats: the `format` file of each tracepoint.
  ///   - headerPage: the text of `events/header_page`; nil is the layout of 64-bit kernels.
  /// - Throws: `RecorderError.format` when a format can't be used.
  public init(
    formats: [EventFormat], headerPage: String?, symbols: KernelSymbols, cpus: Int, filter: CacheFilter? = nil
  ) throws(RecorderError) {
    guard let layout = headerPage.map(RingBufferPage.Layout.init) ?? RingBufferPage.Layout() else {
      throw .format(event: "header_page", missing: "timestamp, commit and data")
    }
    self.layout = layout
    self.filter = filter
    kernelSymbols = symbols
    decoder = try KernelEventDecoder(formats)
    self.cpus = max(1, cpus)
    let readsLengths = formats.contains { KernelEventDecoder.lengthTracepoints.contains($0.name) }
    packetData = readsLengths ? PacketData(cpus: max(1, cpus)) : nil
    streams = Array(repeating: CPUStream(), count: 2 * max(1, cpus))
    // Without a reader of reports, no event has to wait for one.
    usesWereRead(upTo: .max)
    counts.format = .tracefs
    counts.cpuCount = max(1, cpus)
  }

  /// The strings that the events' `site` and `cache` index.
  public var symbols: [String] { table.symbols }

  /// What the page allocator did.
  public var pages: PageTraffic { decoder.pages }

  /// Events in ring-buffer pages that were of no known tracepoint, or too short.
  public var strangeEvents: Int { decoder.strange }

  /// Reads a page of one CPU. A page that doesn't fit its header is counted as malformed.
  public mutating func read(_ page: UnsafeRawBufferPointer, cpu: Int) {
    guard let page = RingBufferPage(page, layout) else { return counts.malformedLines += 1 }
    switch page.lost {
    case .none: break
    case .events(let count): counts.addLost(count)
    case .unknown: unknownLosses += 1
    }
    let isWhole = page.forEachEvent { time, bytes in
      guard let event = decoder.decode(bytes, time: time, names: &table) else { return }
      streams[cpu].events.append(event)
      // The order within one CPU is the buffer's; a clock that steps back does not hold the others up.
      streams[cpu].readUpTo = max(streams[cpu].readUpTo, time)
    }
    if !isWhole { counts.malformedLines += 1 }
  }

  /// Says that a CPU's buffer was empty at a time of the trace clock: what comes later is not older.
  public mutating func wasEmpty(cpu: Int, at time: UInt64) {
    streams[cpu].readUpTo = max(streams[cpu].readUpTo, time)
  }

  /// Takes in a report on a data buffer. One of a time that was handed on already is ignored: its object may have ended.
  mutating func add(_ report: BufferUseReport) {
    guard (0..<cpus).contains(report.cpu), let used = report.usedBytes, let bytes = report.bufferBytes else { return }
    guard report.time >= handedOn else { return lateReports += 1 }
    streams[cpus + report.cpu].events.append(
      KernelEvent(
        time: report.time, pointer: report.head, site: 0, requestedBytes: used, allocatedBytes: bytes,
        kind: .kmemCacheAlloc, subject: .bufferUse))
  }

  /// Says that all reports on data buffers up to a time of the trace clock were added: from the first call with a time before
  /// `max` on, events wait for the reports.
  mutating func usesWereRead(upTo time: UInt64) {
    for cpu in cpus..<2 * cpus { streams[cpu].readUpTo = time }
  }

  /// Takes in the kernel's own count of lost events, which also knows those that no page tells of.
  mutating func noteLost(total: Int) { counts.lostEvents = max(counts.lostEvents, total) }

  /// Appends the events that no unread one can precede; at the end, all that are left.
  public mutating func take(into events: inout [AllocationEvent], atEnd: Bool = false) {
    let limit = atEnd ? UInt64.max : streams.reduce(.max) { min($0, $1.readUpTo) }
    while let cpu = earliest(before: limit) {
      let event = streams[cpu].events[streams[cpu].next]
      streams[cpu].next += 1
      handedOn = max(handedOn, event.time)
      if let converted = convert(event, cpu: cpu % cpus) { events.append(converted) }
    }
    for cpu in streams.indices where streams[cpu].next > 0 {
      streams[cpu].events.removeFirst(streams[cpu].next)
      streams[cpu].next = 0
    }
  }

  /// The CPU whose next event is the oldest; nil when none is older than `limit`.
  private func earliest(before limit: UInt64) -> Int? {
    var (found, time) = (-1, limit)
    for cpu in streams.indices where streams[cpu].next < streams[cpu].events.count {
      let candidate = streams[cpu].events[streams[cpu].next].time
      if candidate < time || (found < 0 && candidate == time && limit == .max) { (found, time) = (cpu, candidate) }
    }
    return found < 0 ? nil : found
  }

  private mutating func convert(_ event: KernelEvent, cpu: Int) -> AllocationEvent? {
    switch event.subject {
    case .object: break
    case .packetEnd(let end): return convert(event, end, cpu: cpu)
    case .packetLength:
      packetData?.note(head: event.pointer, length: event.requestedBytes, uses: &uses)
      return nil
    case .bufferUse:
      if let slot = live.slot(of: event.pointer) {
        uses.note(event.requestedBytes, in: slot, bufferBytes: event.allocatedBytes)
      }
      return nil
    }
    if isReportedAgain(event, cpu: cpu) { return nil }
    let isWanted = filter == nil || wants(event)
    let allocates = event.kind == .kmalloc || event.kind == .kmemCacheAlloc
    if allocates, !isWanted {
      // If an object of a wanted cache lived there, it was freed unseen.
      live.forget(event.pointer)
      return nil
    }
    let (slot, outcome) = live.pair(event.kind, event.pointer)
    // The free of an object that the recording has is kept, whatever it names.
    guard isWanted || outcome == .freed else { return nil }
    if allocates {
      heads.noteAllocation(
        slot: slot, pointer: event.pointer, isHead: heads.isCache(event.cache, table.symbols))
    } else if outcome == .unmatched, heads.isCache(event.cache, table.symbols), heads.isRepeatedFree(event.pointer) {
      counts.repeatedPacketFrees += 1
      return nil
    }
    return recorded(event, slot, outcome, site: site(event.site), cpu: cpu)
  }

  /// The largest request that the kernel serves from a cache (KMALLOC_MAX_CACHE_SIZE for pages of 4 KiB).
  private static let largestCacheBytes = 8192

  /// Whether the kernel reports a block of pages that it allocates by size a second time, next on the same CPU: Linux 6.18 does
  /// so for callers such as kmalloc_reserve (mm/slub.c, __do_kmalloc_node), and only the second event names the caller.
  private func isReportedAgain(_ event: KernelEvent, cpu: Int) -> Bool {
    guard event.kind == .kmalloc, Int(event.allocatedBytes) > KernelStream.largestCacheBytes,
      streams[cpu].next < streams[cpu].events.count
    else { return false }
    let next = streams[cpu].events[streams[cpu].next]
    return next.subject == .object && next.kind == .kmalloc && next.pointer == event.pointer
      && next.allocatedBytes == event.allocatedBytes
  }

  /// Events of a CPU after a packet's end among which the allocator's report of its head's free is looked for.
  private static let reach = 32

  /// Whether the allocator reports the free of the object that the event at hand names, among the CPU's events that were read.
  private func isReportedSoon(_ pointer: UInt64, cpu: Int) -> Bool {
    streams[cpu].events[streams[cpu].next...].prefix(KernelStream.reach).contains {
      $0.pointer == pointer && $0.kind == .kmemCacheFree && $0.subject == .object
    }
  }

  /// The free of a packet's head by the packet's end; nil if the head is not known to live, or the allocator reports its free,
  /// with a call site of its own.
  private mutating func convert(_ event: KernelEvent, _ end: PacketEnd, cpu: Int) -> AllocationEvent? {
    packetData?.noteEnd(head: event.pointer)
    guard !isReportedSoon(event.pointer, cpu: cpu) else { return nil }
    guard let slot = live.slot(of: event.pointer), heads.noteEnd(slot: slot, pointer: event.pointer) else { return nil }
    let (_, outcome) = live.pair(.kmemCacheFree, event.pointer)
    counts.packetFrees += 1
    var event = event
    event.cache = table.intern(PacketEnd.cacheName)
    return recorded(event, slot, outcome, site: table.intern(end.rawValue), cpu: cpu)
  }

  private mutating func recorded(
    _ event: KernelEvent, _ slot: UInt32, _ outcome: AllocationEvent.Outcome, site: UInt32, cpu: Int
  ) -> AllocationEvent {
    counts.events += 1
    let used = outcome == .freed || outcome == .allocatedOverLive ? uses.end(slot) : nil
    let recorded = AllocationEvent(
      // Rounded as the kernel's own text rounds (ns2usecs).
      time: event.time / 1000 + (event.time % 1000 < 500 ? 0 : 1), slot: slot, requestedBytes: event.requestedBytes,
      allocatedBytes: event.allocatedBytes, site: site, cache: event.cache, cpu: UInt16(cpu), kind: event.kind,
      outcome: outcome, usedBytes: used)
    if outcome == .allocated || outcome == .allocatedOverLive {
      uses.begin(slot, allocatedBytes: event.allocatedBytes)
      packetData?.noteAllocation(
        recorded, pointer: event.pointer, generation: uses.generation(slot), symbols: table.symbols)
    }
    return recorded
  }

  /// Whether the cache that an event tells of is wanted; kmalloc's is the class that the size falls into.
  private mutating func wants(_ event: KernelEvent) -> Bool {
    if event.kind == .kmalloc, filter?.matches("kmalloc-\(event.allocatedBytes)") ?? true { return true }
    guard event.cache != AllocationEvent.noCache else { return false }
    return filter?.matches(table.symbols[Int(event.cache)]) ?? true
  }

  /// A call site's number: resolved once. Sites without a symbol are numbered, so that no address is stored.
  private mutating func site(_ address: UInt64) -> UInt32 {
    if address == lastSite.address { return lastSite.number }
    let number: UInt32
    if let known = siteNumbers[address] {
      number = known
    } else {
      if let name = kernelSymbols.name(of: address) {
        number = table.intern(name)
      } else {
        unknownSites += 1
        number = table.intern("unknown-\(unknownSites)")
      }
      siteNumbers[address] = number
    }
    lastSite = (address, number)
    return number
  }
}

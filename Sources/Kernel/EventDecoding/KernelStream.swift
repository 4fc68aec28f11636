package import Recordings

/// Converter of the ring-buffer pages of all CPUs to events in order of time, with each free matched to its allocation.
///
/// The pages of a CPU are read in order. The events of all CPUs are merged up to the time to which every CPU has been read.
/// Addresses are replaced by slots and symbols, so that a recording does not reveal the kernel's memory layout.
package struct KernelStream {
  private struct CPUStream {
    var events: [KernelEvent] = []
    /// Index of the next event; the events before it have been converted.
    var next = 0
    /// Lower bound of the times of events that have not been read yet.
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
  /// Streams of the ring buffers, indexed by CPU, followed by the streams of the reports on data buffers, indexed by `cpus` +
  /// CPU.
  private var streams: [CPUStream]
  private let cpus: Int
  /// Bytes in use of the live objects.
  private var uses = LiveUsedBytes()
  /// Data buffers of the packets; nil if the lengths of packets are not recorded.
  private var packetData: PacketData?
  /// Time of the youngest event that was converted.
  private var convertedUpTo: UInt64 = 0
  /// Number of reports on data buffers that were ignored because younger events had been converted before.
  package private(set) var lateReports = 0
  private var filter: CacheFilter?
  /// Statistics of the events read so far.
  package private(set) var counts = ImportStatistics()
  /// Number of pages before which an unknown number of events was lost.
  package private(set) var unknownLosses = 0

  /// Creates a stream that has read nothing.
  /// - Parameters:
  ///   - formats: Formats of the tracepoints.
  ///   - headerPage: Text of `events/header_page` in tracefs; nil selects the layout of 64-bit kernels.
  ///   - symbols: Symbols of the kernel, for the names of call sites.
  ///   - cpus: Number of CPUs.
  ///   - filter: Caches to record; nil records all of them.
  /// - Throws: `RecorderError.format` if a format lacks a required field.
  package init(
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
    // Until reports on data buffers are read, events do not wait for them.
    noteReportsRead(upTo: .max)
    counts.origin = .tracefs
    counts.cpuCount = max(1, cpus)
  }

  /// Strings that `site` and `cache` of the events index.
  package var symbols: [String] { table.symbols }

  /// Blocks allocated and freed by the page allocator.
  package var pages: PageTraffic { decoder.pages }

  /// Number of events of unknown tracepoints and of events that are too short for their format.
  package var unrecognisedEvents: Int { decoder.unrecognisedEvents }

  /// Reads the next page of a CPU. A malformed page is counted in `counts.malformedLines`.
  package mutating func read(_ page: UnsafeRawBufferPointer, cpu: Int) {
    guard let page = RingBufferPage(page, layout) else { return counts.malformedLines += 1 }
    switch page.lost {
    case .none: break
    case .events(let count): counts.addLost(count)
    case .unknown: unknownLosses += 1
    }
    let isWhole = page.forEachEvent { time, bytes in
      guard let event = decoder.decode(bytes, time: time, names: &table) else { return }
      streams[cpu].events.append(event)
      // The events of a CPU stay in the order of the buffer. The bound does not decrease if the clock steps back, because
      // the other CPUs would wait for this one.
      streams[cpu].readUpTo = max(streams[cpu].readUpTo, time)
    }
    if !isWhole { counts.malformedLines += 1 }
  }

  /// Notes that the buffer of a CPU was empty at a time of the trace clock, so that later events are not older.
  package mutating func markEmpty(cpu: Int, at time: UInt64) {
    streams[cpu].readUpTo = max(streams[cpu].readUpTo, time)
  }

  /// Adds a report on a data buffer. It is ignored if younger events have been converted, because its object may have been
  /// freed by them.
  mutating func add(_ report: BufferUseReport) {
    guard (0..<cpus).contains(report.cpu), let used = report.usedBytes, let bytes = report.bufferBytes else { return }
    guard report.time >= convertedUpTo else { return lateReports += 1 }
    streams[cpus + report.cpu].events.append(
      KernelEvent(
        time: report.time, pointer: report.head, site: 0, requestedBytes: used, allocatedBytes: bytes,
        kind: .kmemCacheAlloc, subject: .bufferUse))
  }

  /// Notes that all reports on data buffers up to a time of the trace clock were added. After a call with a time less than
  /// `max`, younger events wait until later reports have been read.
  mutating func noteReportsRead(upTo time: UInt64) {
    for cpu in cpus..<2 * cpus { streams[cpu].readUpTo = time }
  }

  /// Sets the number of lost events to the kernel's count if it is greater: the pages do not report all lost events.
  mutating func noteLostEvents(total: Int) { counts.lostEvents = max(counts.lostEvents, total) }

  /// Time of the trace clock in nanoseconds before which all events have been read. `removeEvents` converts older events.
  package var finalTime: UInt64 { streams.reduce(.max) { min($0, $1.readUpTo) } }

  /// Converts the events whose order is final, because no unread event can precede them, and appends them to `events`.
  /// - Parameters:
  ///   - events: Array to append to.
  ///   - atEnd: Whether all buffers have been read to their ends, so that all events are converted.
  package mutating func removeEvents(into events: inout [AllocationEvent], atEnd: Bool = false) {
    let limit = atEnd ? UInt64.max : finalTime
    while let cpu = earliest(before: limit) {
      let event = streams[cpu].events[streams[cpu].next]
      streams[cpu].next += 1
      convertedUpTo = max(convertedUpTo, event.time)
      if let converted = convert(event, cpu: cpu % cpus) { events.append(converted) }
    }
    for cpu in streams.indices where streams[cpu].next > 0 {
      streams[cpu].events.removeFirst(streams[cpu].next)
      streams[cpu].next = 0
    }
  }

  /// Returns the index of the stream whose next event is the oldest; nil if no event is older than `limit`.
  private func earliest(before limit: UInt64) -> Int? {
    var (found, time) = (-1, limit)
    for cpu in streams.indices where streams[cpu].next < streams[cpu].events.count {
      let candidate = streams[cpu].events[streams[cpu].next].time
      if candidate < time || (found < 0 && candidate == time && limit == .max) { (found, time) = (cpu, candidate) }
    }
    return found < 0 ? nil : found
  }

  /// Converts an event; nil if it is not recorded.
  private mutating func convert(_ event: KernelEvent, cpu: Int) -> AllocationEvent? {
    switch event.subject {
    case .object: break
    case .packetEnd(let end): return convertPacketEnd(event, end, cpu: cpu)
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
    let isSelected = filter == nil || filterSelects(event)
    let allocates = event.kind == .kmalloc || event.kind == .kmemCacheAlloc
    if allocates, !isSelected {
      // If a recorded object is live at this address, it was freed without an event.
      live.removeUnseen(event.pointer)
      return nil
    }
    let (slot, outcome) = live.pair(event.kind, event.pointer)
    // The free of a recorded object is always recorded: a kfree does not name a cache.
    guard isSelected || outcome == .freed else { return nil }
    if allocates {
      heads.noteAllocation(
        slot: slot, pointer: event.pointer, isHead: heads.isCache(event.cache, table.symbols))
    } else if outcome == .unmatched, heads.isCache(event.cache, table.symbols), heads.isRepeatedFree(event.pointer) {
      counts.repeatedPacketFrees += 1
      return nil
    }
    return recorded(event, slot, outcome, site: site(event.site), cpu: cpu)
  }

  /// Largest number of bytes that kmalloc allocates from a cache (KMALLOC_MAX_CACHE_SIZE for pages of 4 KiB).
  private static let largestCacheBytes = 8192

  /// Returns whether the next event of the CPU reports the same allocation of a block of pages again. Linux 6.18 reports such
  /// an allocation twice for callers such as kmalloc_reserve (mm/slub.c, __do_kmalloc_node), and only the second event names
  /// the caller.
  private func isReportedAgain(_ event: KernelEvent, cpu: Int) -> Bool {
    guard event.kind == .kmalloc, Int(event.allocatedBytes) > KernelStream.largestCacheBytes,
      streams[cpu].next < streams[cpu].events.count
    else { return false }
    let next = streams[cpu].events[streams[cpu].next]
    return next.subject == .object && next.kind == .kmalloc && next.pointer == event.pointer
      && next.allocatedBytes == event.allocatedBytes
  }

  /// Number of events of a CPU after the end of a packet in which the allocator's free of the head is searched for.
  private static let searchedEvents = 32

  /// Returns whether the allocator reports the free of an object in the next events of the CPU.
  private func isReportedSoon(_ pointer: UInt64, cpu: Int) -> Bool {
    streams[cpu].events[streams[cpu].next...].prefix(KernelStream.searchedEvents).contains {
      $0.pointer == pointer && $0.kind == .kmemCacheFree && $0.subject == .object
    }
  }

  /// Converts the end of a packet to a free of its head; nil if the head is not a recorded live object, or if the allocator
  /// also reports the free, because that event has a call site.
  private mutating func convertPacketEnd(_ event: KernelEvent, _ end: PacketEnd, cpu: Int) -> AllocationEvent? {
    packetData?.noteEnd(head: event.pointer)
    guard !isReportedSoon(event.pointer, cpu: cpu) else { return nil }
    guard let slot = live.slot(of: event.pointer), heads.noteEnd(slot: slot, pointer: event.pointer) else { return nil }
    let (_, outcome) = live.pair(.kmemCacheFree, event.pointer)
    counts.packetFrees += 1
    var event = event
    event.cache = table.intern(PacketEnd.cacheName)
    return recorded(event, slot, outcome, site: table.intern(end.rawValue), cpu: cpu)
  }

  /// Returns the event to record, and updates the bytes in use of its object.
  private mutating func recorded(
    _ event: KernelEvent, _ slot: UInt32, _ outcome: AllocationEvent.Outcome, site: UInt32, cpu: Int
  ) -> AllocationEvent {
    counts.events += 1
    let used = outcome == .freed || outcome == .allocatedOverLive ? uses.usedBytes(slot) : nil
    let recorded = AllocationEvent(
      // Rounded like the times in the text of tracefs (ns2usecs).
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

  /// Returns whether the filter selects an event, by the name of its cache or the size class of a kmalloc.
  private mutating func filterSelects(_ event: KernelEvent) -> Bool {
    if event.kind == .kmalloc, filter?.matches("kmalloc-\(event.allocatedBytes)") ?? true { return true }
    guard event.cache != AllocationEvent.noCache else { return false }
    return filter?.matches(table.symbols[Int(event.cache)]) ?? true
  }

  /// Returns the symbol number of a call site. Each address is looked up once. A call site without a symbol is called
  /// `unknown-N`, so that no address is recorded.
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

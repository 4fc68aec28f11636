import Profiles
import Recordings
import Workloads

/// Profiler of the events that a player has played on a model. It reads the events again.
///
/// The model of SLUB does not store the context of an object, so that a replay does not have this cost. A profiler has its own
/// event source and, on request, reads it up to the event at which the player is. All loops over a recording are equal: one loop
/// is read and counted once for each finished loop.
///
/// Names and allocated bytes of general caches are those of the policy. Metadata of the recorded kernel's allocator is not
/// counted, as in a replay.
struct ReplayProfiler {
  private var cursor: EventCursor
  private let naming: GeneralCacheNaming
  private let name: String
  private let ticksPerSecond: UInt64
  private var collector: AllocationProfileCollector
  private var eventsRead = 0
  /// Profile of one whole loop; nil until one has been read.
  private var wholeLoop: AllocationProfile?
  /// Whether a slot has an object of the recorded kernel's allocator, by slot.
  private var hasAllocatorObject: [Bool] = []
  /// By symbol: whether it is a function of the recorded kernel's allocator, and the kmalloc type if it is a cache.
  private var symbolKinds: [(isAllocatorSite: Bool, kind: KmallocKind)] = []
  /// Symbols that the counted events index: names of the policy's general caches, then the symbols of the source.
  private var symbols: [String]
  private var events: [AllocationEvent] = []

  /// Creates a profiler that starts at the first event of a source.
  /// - Parameters:
  ///   - source: Source whose events are profiled.
  ///   - policy: Policy whose general caches serve the requests.
  init(_ source: any AllocationEventSource, policy: Policy) {
    var source = source
    source.rewind()
    cursor = EventCursor(source)
    naming = GeneralCacheNaming(policy, wholePages: AllocationContext.largeRequests)
    (symbols, name, ticksPerSecond) = (naming.names, source.name, source.ticksPerSecond)
    collector = AllocationProfileCollector(ticksPerSecond: ticksPerSecond)
  }

  /// Reads events until all events that a player has played are counted.
  /// - Parameters:
  ///   - progress: Progress of the player.
  ///   - count: Maximum number of events to read.
  /// - Returns: Whether all events are counted; if false, the caller must call again.
  /// - Throws: Errors of the source.
  mutating func read(upTo progress: PlayerProgress, atMost count: Int) throws -> Bool {
    var left = count
    if progress.loops > 0, wholeLoop == nil {
      while try !cursor.isAtEnd() {
        guard left > 0 else { return false }
        left -= try readBatch(atMost: left)
      }
      wholeLoop = collector.profile(name: name)
      rewind()
    }
    if eventsRead > progress.eventsInLoop { rewind() }
    while eventsRead < progress.eventsInLoop {
      guard left > 0 else { return false }
      let read = try readBatch(atMost: min(left, progress.eventsInLoop - eventsRead))
      guard read > 0 else { break }
      left -= read
    }
    return true
  }

  /// Returns the number of events to read until all events that a player has played are counted.
  func eventsLeft(to progress: PlayerProgress) -> Int {
    let isWithinLoop = eventsRead <= progress.eventsInLoop && (progress.loops == 0 || wholeLoop != nil)
    return isWithinLoop ? progress.eventsInLoop - eventsRead : progress.eventsInLoop
  }

  /// Returns the profile of the events up to the progress in the last call of `read`.
  func profile(of progress: PlayerProgress) -> AllocationProfile {
    let current = collector.profile(name: name)
    var profile = wholeLoop?.repeated(progress.loops, then: current) ?? current
    profile.sources = [ProfileSource(name: name, progress, ticksPerSecond: ticksPerSecond)]
    return profile
  }

  private mutating func rewind() {
    cursor.rewind()
    collector = AllocationProfileCollector(ticksPerSecond: ticksPerSecond)
    eventsRead = 0
    for slot in hasAllocatorObject.indices { hasAllocatorObject[slot] = false }
  }

  /// Reads and counts up to `count` events of the current batch, and returns their number.
  private mutating func readBatch(atMost count: Int) throws -> Int {
    try cursor.loadBatch()
    let (batch, first) = (cursor.batch, cursor.next)
    let end = min(batch.count, first + count)
    for symbol in cursor.symbols.dropFirst(symbolKinds.count) {
      symbolKinds.append((AllocatorCallSites.contains(symbol), KmallocKind.parse(symbol)?.kind ?? .normal))
      symbols.append(symbol)
    }
    events.removeAll(keepingCapacity: true)
    for event in batch[first..<end] where isProfiled(event) { events.append(renamed(event)) }
    collector.add(events, symbols: symbols)
    cursor.next = end
    eventsRead += end - first
    return end - first
  }

  /// Returns whether an event is not about an object of the recorded kernel's allocator.
  private mutating func isProfiled(_ event: AllocationEvent) -> Bool {
    guard event.slot != AllocationEvent.noSlot else { return true }
    let slot = Int(event.slot)
    if slot >= hasAllocatorObject.count {
      let count = max(1024, slot + 1, hasAllocatorObject.count * 2)
      hasAllocatorObject += [Bool](repeating: false, count: count - hasAllocatorObject.count)
    }
    let hadAllocatorObject = hasAllocatorObject[slot]
    guard event.outcome == .allocated || event.outcome == .allocatedOverLive else {
      hasAllocatorObject[slot] = false
      return !hadAllocatorObject
    }
    // An allocation that ends a profiled object is profiled, because it is the only event about the end of that object.
    let endsProfiledObject = event.outcome == .allocatedOverLive && !hadAllocatorObject
    hasAllocatorObject[slot] = symbolKinds[Int(event.site)].isAllocatorSite && !endsProfiledObject
    return !hasAllocatorObject[slot]
  }

  /// Returns an event with the symbols of this profiler, and the cache and allocated bytes of the policy.
  private func renamed(_ event: AllocationEvent) -> AllocationEvent {
    var renamed = event
    renamed.site += UInt32(naming.names.count)
    let hasCache = event.cache != AllocationEvent.noCache
    if event.kind == .kmalloc {
      let kind = hasCache ? symbolKinds[Int(event.cache)].kind : .normal
      let cache = naming.cache(of: event, kind: kind)
      (renamed.cache, renamed.allocatedBytes) = (UInt32(cache.index), UInt32(cache.bytes))
    } else if hasCache {
      renamed.cache += UInt32(naming.names.count)
    }
    return renamed
  }
}

extension ProfileSource {
  /// The events that a player has played.
  /// - Parameter ticksPerSecond: Ticks of the workload's clock in a second; 0 if not known, in which case an event counts as a
  ///   microsecond.
  init(name: String, _ progress: PlayerProgress, ticksPerSecond: UInt64) {
    let seconds = Double(progress.elapsedTicks) / Double(max(1, ticksPerSecond))
    self.init(
      name: name, events: progress.events,
      microseconds: ticksPerSecond == 0 ? progress.events : Int(seconds * 1e6))
  }
}

package import Recordings
import SlabEngine

/// Counter of the call sites and CPUs of the events that a player has played. It reads the events again.
///
/// The model of SLUB does not store the call site of an object, so that a replay does not have this cost. A capture has its own
/// event source and, on request, reads it up to the event at which the player is. All loops over a recording are equal: one loop
/// is read and counted once for each finished loop.
///
/// An object with an unseen free (a free without an event) counts as allocated but not as freed, because its lifetime is
/// unknown. Metadata of the recorded kernel's allocator is not counted, as in a replay.
package struct EventCapture {
  /// Live object.
  private struct Object: BitwiseCopyable {
    var birth: UInt64 = 0
    var site = Object.none
    var cpu: UInt16 = 0

    /// Value of `site` for a slot without an object.
    static let none = UInt32.max
  }

  private var cursor: EventCursor
  private let classes: KmallocClassTable
  private let cpus: Int
  private var objects: [Object] = []
  /// Whether the symbol is a function of the recorded kernel's allocator, by symbol.
  private var isAllocatorSite: [Bool] = []
  /// Counts of the events of the current loop that have been read.
  private var counts: EventCounts
  private var eventsRead = 0
  /// Counts of one whole loop; nil until one has been read.
  private var wholePass: EventCounts?

  /// Creates a capture that starts at the first event of a source.
  /// - Parameters:
  ///   - source: Source whose events are captured.
  ///   - policy: Policy whose general-cache sizes determine the allocated bytes of a kmalloc request.
  package init(_ source: any AllocationEventSource, policy: Policy) {
    var source = source
    source.rewind()
    cursor = EventCursor(source)
    classes = KmallocClassTable(sizes: policy.generalCacheSizes)
    cpus = source.cpuCount
    counts = EventCounts(cpus: cpus)
  }

  /// Reads events until all events that a player has played are counted.
  /// - Parameters:
  ///   - progress: Progress of the player.
  ///   - count: Maximum number of events to read.
  /// - Returns: Whether all events are counted; if false, the caller must call again.
  /// - Throws: Errors of the source.
  package mutating func read(upTo progress: PlayerProgress, atMost count: Int) throws -> Bool {
    var left = count
    if progress.loops > 0, wholePass == nil {
      while try !cursor.isAtEnd() {
        guard left > 0 else { return false }
        left -= try readBatch(atMost: left)
      }
      for object in objects where object.site != Object.none { counts.countLiveAtEnd(site: Int(object.site)) }
      wholePass = counts
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
  package func eventsLeft(to progress: PlayerProgress) -> Int {
    let isWithinPass = eventsRead <= progress.eventsInLoop && (progress.loops == 0 || wholePass != nil)
    return isWithinPass ? progress.eventsInLoop - eventsRead : progress.eventsInLoop
  }

  /// Returns a report of the events up to the progress in the last call of `read`.
  /// - Parameter loops: Number of loops that the player has finished.
  package func report(loops: Int) -> EventCaptureReport {
    EventCaptureReport(counts, wholePass: wholePass, loops: loops, symbols: cursor.symbols)
  }

  private mutating func rewind() {
    cursor.rewind()
    counts = EventCounts(cpus: cpus)
    eventsRead = 0
    for slot in objects.indices { objects[slot].site = Object.none }
  }

  /// Reads and counts up to `count` events of the current batch, and returns their number.
  private mutating func readBatch(atMost count: Int) throws -> Int {
    try cursor.loadBatch()
    let (batch, first) = (cursor.batch, cursor.next)
    let end = min(batch.count, first + count)
    for symbol in cursor.symbols.dropFirst(isAllocatorSite.count) {
      isAllocatorSite.append(AllocatorCallSites.contains(symbol))
    }
    counts.addCounters(forSites: isAllocatorSite.count)
    for index in first..<end { add(batch[index]) }
    cursor.next = end
    eventsRead += end - first
    return end - first
  }

  private mutating func add(_ event: AllocationEvent) {
    let slot = Int(event.slot)
    switch event.outcome {
    case .allocated, .allocatedOverLive:
      if slot >= objects.count {
        objects.append(contentsOf: repeatElement(Object(), count: max(1024, slot + 1 - objects.count, objects.count)))
      }
      guard !isAllocatorSite[Int(event.site)] else {
        objects[slot].site = Object.none
        return
      }
      counts.countAllocation(event, bytes: allocatedBytes(event))
      objects[slot] = Object(birth: event.time, site: event.site, cpu: event.cpu)
    case .freed:
      guard slot < objects.count, objects[slot].site != Object.none else { return }
      let object = objects[slot]
      let ticks = event.time > object.birth ? event.time - object.birth : 0
      counts.countFree(site: Int(object.site), ticks: ticks, allocatedOn: Int(object.cpu), freedOn: Int(event.cpu))
      objects[slot].site = Object.none
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  /// Returns the bytes of the object or block of pages that serves a request.
  private func allocatedBytes(_ event: AllocationEvent) -> Int {
    guard event.kind == .kmalloc else { return Int(event.allocatedBytes) }
    let bytes = classes.bytes(of: event)
    return bytes <= classes.largest
      ? classes.sizes[classes.number(for: bytes)]
      : PageBookkeeping.pageBytes << SLUBParameters.order(ofBytes: Int(event.requestedBytes))
  }
}

import Recordings

/// Part of a source that can be replayed alone: allocations of the objects that are live before its first event, in the order in
/// which the source allocated them, and then its events. Objects have the slots that they have in the source.
///
/// The unseen frees and the bytes in use of objects are those of the whole source. An object that is freed after the window
/// therefore does not count as one whose free is unseen.
struct RecordingWindow: AllocationEventSource {
  /// Numbers of the first event and of the event after the last one in the source.
  let events: Range<Int>
  /// Allocations of the objects that are live before the first event, at the time of the first event.
  let liveObjects: [AllocationEvent]
  /// Time of the first event; 0 if there is none.
  let startTime: UInt64
  private let unseen: UnseenFrees
  private let uses: UsedBytesByAllocation
  /// The source, from the batch on in which the window begins.
  private let start: any AllocationEventSource
  /// Number of events of that batch before the window.
  private let eventsBefore: Int

  private var source: any AllocationEventSource
  /// Number of events to skip in the next batch.
  private var skipped: Int
  /// Number of events of the window that are left.
  private var left: Int
  private var hasLiveObjectsLeft: Bool

  /// Finds the objects that are live before the first event.
  /// - Parameters:
  ///   - source: The whole source.
  ///   - events: Numbers of the events of the window; not empty.
  ///   - unseen: Unseen frees of the whole source.
  ///   - uses: Bytes in use of the objects of the whole source.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events) up to the end of the window.
  init(
    of source: any AllocationEventSource, events: Range<Int>, unseen: UnseenFrees, uses: UsedBytesByAllocation
  ) throws {
    var source = source
    source.rewind()
    var (live, allocations, read) = (LiveAllocations(), 0, 0)
    var (start, batch) = (source, [AllocationEvent]())
    while true {
      start = source
      try source.nextBatch(into: &batch)
      guard !batch.isEmpty, read + batch.count <= events.lowerBound else { break }
      for event in batch { live.add(event, &allocations) }
      read += batch.count
    }
    let before = batch.isEmpty ? 0 : events.lowerBound - read
    for event in batch.prefix(before) { live.add(event, &allocations) }
    startTime = before < batch.count ? batch[before].time : 0
    let (objects, numbers) = live.ordered(at: startTime)
    self.events = events
    liveObjects = objects
    (self.start, eventsBefore) = (start, before)
    (self.source, skipped, left) = (start, before, events.count)
    hasLiveObjectsLeft = !objects.isEmpty
    guard events.lowerBound > 0 else {
      (self.unseen, self.uses) = (unseen, uses)
      return
    }
    // The window has at most as many allocations as events.
    self.unseen = unseen.renumbered(numbers, then: allocations..<allocations + events.count)
    self.uses = uses.renumbered(numbers, then: allocations..<allocations + events.count)
  }

  /// Number of events that a replay plays: the allocations of live objects and the events of the window.
  var eventCount: Int { liveObjects.count + events.count }

  // MARK: AllocationEventSource

  var name: String { start.name }
  var summary: String { start.summary }
  var symbols: [String] { source.symbols }
  var ticksPerSecond: UInt64 { start.ticksPerSecond }
  var cpuCount: Int { start.cpuCount }
  var hasMergedCaches: Bool { start.hasMergedCaches }
  var roundsSkbDataSizes: Bool { start.roundsSkbDataSizes }
  var movableCaches: [String] { start.movableCaches }
  var memoryBytes: Int? { start.memoryBytes }
  func unseenFrees() -> UnseenFrees { unseen }
  func usedBytesByAllocation() -> UsedBytesByAllocation { uses }

  mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    if hasLiveObjectsLeft {
      hasLiveObjectsLeft = false
      batch = liveObjects
      return
    }
    batch.removeAll(keepingCapacity: true)
    guard left > 0 else { return }
    try source.nextBatch(into: &batch)
    if skipped > 0 {
      batch.removeFirst(min(skipped, batch.count))
      skipped = 0
    }
    if batch.count > left { batch.removeLast(batch.count - left) }
    left -= batch.count
  }

  mutating func rewind() {
    (source, skipped, left, hasLiveObjectsLeft) = (start, eventsBefore, events.count, !liveObjects.isEmpty)
  }
}

/// Objects that are live after some events.
private struct LiveAllocations {
  private struct Object {
    var allocation: AllocationEvent
    /// Number of the allocation; -1 if the slot has no object.
    var number = -1
  }

  private var slots: [Object] = []

  /// Adds the next event.
  /// - Parameter allocations: Number of allocations before the event, which is increased by an allocation.
  mutating func add(_ event: AllocationEvent, _ allocations: inout Int) {
    switch event.outcome {
    case .allocated, .allocatedOverLive:
      let slot = Int(event.slot)
      while slots.count <= slot { slots.append(Object(allocation: event)) }
      slots[slot] = Object(allocation: event, number: allocations)
      allocations += 1
    case .freed:
      if Int(event.slot) < slots.count { slots[Int(event.slot)].number = -1 }
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  /// Returns the allocations of the live objects at a time, and their numbers, in their order.
  func ordered(at time: UInt64) -> ([AllocationEvent], [Int]) {
    let live = slots.filter { $0.number >= 0 }.sorted { $0.number < $1.number }
    let allocations = live.map { object in
      var allocation = object.allocation
      (allocation.time, allocation.outcome, allocation.usedBytes) = (time, .allocated, nil)
      return allocation
    }
    return (allocations, live.map(\.number))
  }
}

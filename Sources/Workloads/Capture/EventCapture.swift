public import Recordings
import SlabEngine

/// Call sites and CPUs of the events that a player has played, counted by reading the events again.
///
/// The model of SLUB keeps neither call sites nor CPUs of objects, so that its replay pays for neither. A capture has a source of its
/// own and reads it up to the event at which the player is, when somebody asks. All passes through a recording are alike: those
/// before the current one are counted as copies of one that is read.
///
/// An object whose free the source does not report counts as allocated and not as freed: no lifetime is made up. Records of the
/// recorded kernel's allocator itself are left out, as in a replay.
public struct EventCapture {
  /// An object that lives at the event that was read last.
  private struct Object: BitwiseCopyable {
    var birth: UInt64 = 0
    var site = Object.none
    var cpu: UInt16 = 0

    /// The site of a slot without an object.
    static let none = UInt32.max
  }

  private var cursor: EventCursor
  private let classes: GeneralClasses
  private let cpus: Int
  private var objects: [Object] = []
  /// Of each symbol: whether the recorded kernel's allocator allocates there for its own records.
  private var isAllocatorSite: [Bool] = []
  /// The events of the pass at hand that were read.
  private var counts: EventCounts
  private var eventsRead = 0
  /// A whole pass; nil until one was read.
  private var wholePass: EventCounts?

  /// Gets ready to count from the first event of a source on.
  /// - Parameter policy: decides how many bytes a request to kmalloc gets.
  public init(_ source: any AllocationEventSource, policy: Policy) {
    var source = source
    source.rewind()
    cursor = EventCursor(source)
    classes = GeneralClasses(sizes: policy.generalCacheSizes)
    cpus = source.cpuCount
    counts = EventCounts(cpus: cpus)
  }

  /// Reads events until those are counted that a player has played.
  /// - Parameters:
  ///   - progress: how far the player came.
  ///   - count: events that are read at most.
  /// - Returns: whether all of them are counted; otherwise there are more to read.
  /// - Throws: what the source throws.
  public mutating func read(upTo progress: PlayerProgress, atMost count: Int) throws -> Bool {
    var left = count
    if progress.loops > 0, wholePass == nil {
      while try !cursor.isAtEnd() {
        guard left > 0 else { return false }
        left -= try readBatch(atMost: left)
      }
      for object in objects where object.site != Object.none { counts.endedLive(site: Int(object.site)) }
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

  /// Events that are left to read before a player's are counted.
  public func eventsLeft(to progress: PlayerProgress) -> Int {
    let isWithinPass = eventsRead <= progress.eventsInLoop && (progress.loops == 0 || wholePass != nil)
    return isWithinPass ? progress.eventsInLoop - eventsRead : progress.eventsInLoop
  }

  /// What was counted, of a player that has come so far as `read` was told last.
  /// - Parameter loops: passes that the player has finished.
  public func report(loops: Int) -> EventCaptureReport {
    EventCaptureReport(counts, wholePass: wholePass, loops: loops, symbols: cursor.symbols)
  }

  private mutating func rewind() {
    cursor.rewind()
    counts = EventCounts(cpus: cpus)
    eventsRead = 0
    for slot in objects.indices { objects[slot].site = Object.none }
  }

  /// Counts events of one batch.
  private mutating func readBatch(atMost count: Int) throws -> Int {
    try cursor.fetch()
    let (batch, first) = (cursor.batch, cursor.next)
    let end = min(batch.count, first + count)
    for symbol in cursor.symbols.dropFirst(isAllocatorSite.count) {
      isAllocatorSite.append(AllocatorCallSites.contains(symbol))
    }
    counts.makeRoom(sites: isAllocatorSite.count)
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
      counts.allocated(event, bytes: allocatedBytes(event))
      objects[slot] = Object(birth: event.time, site: event.site, cpu: event.cpu)
    case .freed:
      guard slot < objects.count, objects[slot].site != Object.none else { return }
      let object = objects[slot]
      let ticks = event.time > object.birth ? event.time - object.birth : 0
      counts.freed(site: Int(object.site), ticks: ticks, allocatedOn: Int(object.cpu), freedOn: Int(event.cpu))
      objects[slot].site = Object.none
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  /// Bytes of the object, or of the block of pages, that a request gets.
  private func allocatedBytes(_ event: AllocationEvent) -> Int {
    guard event.kind == .kmalloc else { return Int(event.allocatedBytes) }
    let bytes = classes.bytes(of: event)
    return bytes <= classes.largest
      ? classes.sizes[classes.number(for: bytes)]
      : PageBookkeeping.pageBytes << SLUBParameters.order(ofBytes: Int(event.requestedBytes))
  }
}

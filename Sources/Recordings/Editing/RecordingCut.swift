/// Part of a recording: a range of time or of events, and the objects of some caches, call sites or CPUs.
///
/// Objects are kept or left out whole: the free of a kept object is kept, if it lies in the range. The free of an object
/// that was allocated before the range becomes one whose allocation was not seen.
public struct RecordingCut: Sendable {
  /// Microseconds (or ticks) since the first event.
  public var time: Range<UInt64> = 0..<UInt64.max
  /// Numbers of events, from 0.
  public var events: Range<Int> = 0..<Int.max
  /// Whether a cache's objects are wanted; kmalloc's are called `kmalloc-<bytes>`. nil: all.
  public var cache: (@Sendable (String) -> Bool)?
  /// Whether a call site's objects are wanted. nil: all.
  public var site: (@Sendable (String) -> Bool)?
  /// CPUs whose allocations are wanted. nil: all.
  public var cpus: Set<UInt16>?

  /// All of it.
  public init() {}

  /// Reads a recording and hands what is wanted of it to `body`, a batch at a time.
  /// - Returns: events read, and events kept.
  /// - Throws: what the recording and `body` throw.
  public func apply(
    to recording: inout Recording, _ body: ([AllocationEvent]) throws -> Void
  ) throws -> (read: Int, kept: Int) {
    recording.rewind()
    var (batch, kept): ([AllocationEvent], [AllocationEvent]) = ([], [])
    var (translation, slots) = (SlotTranslation(), SlotAllocator())
    var names = Answers(of: self, recording.symbols)
    var (read, count) = (0, 0)
    var start: UInt64?
    repeat {
      try recording.nextBatch(into: &batch)
      kept.removeAll(keepingCapacity: true)
      for event in batch {
        let first = start ?? event.time
        start = first
        let moment = event.time > first ? event.time - first : 0
        let isInside = events.contains(read) && time.contains(moment)
        read += 1
        // Before and behind the range nothing is kept, and objects that end there just live on.
        guard isInside else { continue }
        if let event = translation.translate(event, isKept: names.want(event), &slots) { kept.append(event) }
      }
      count += kept.count
      try body(kept)
    } while !batch.isEmpty && read < events.upperBound
    recording.rewind()
    return (read, count)
  }

  /// What was asked about each name once.
  private struct Answers {
    private let cut: RecordingCut
    private let symbols: [String]
    private var sites: [UInt32: Bool] = [:]
    private var caches: [String: Bool] = [:]

    init(of cut: RecordingCut, _ symbols: [String]) {
      self.cut = cut
      self.symbols = symbols
    }

    /// Whether an allocation is wanted, or a free whose object isn't known.
    mutating func want(_ event: AllocationEvent) -> Bool {
      if let cpus = cut.cpus, !cpus.contains(event.cpu) { return false }
      if let wanted = cut.site {
        let answer = sites[event.site] ?? wanted(symbols[Int(event.site)])
        sites[event.site] = answer
        if !answer { return false }
      }
      guard let wanted = cut.cache else { return true }
      // A kfree whose object isn't known may have been of any cache.
      guard event.kind != .kfree else { return false }
      let name =
        event.kind == .kmalloc
        ? "kmalloc-\(event.allocatedBytes)"
        : event.cache == AllocationEvent.noCache ? "?" : symbols[Int(event.cache)]
      let answer = caches[name] ?? wanted(name)
      caches[name] = answer
      return answer
    }
  }
}

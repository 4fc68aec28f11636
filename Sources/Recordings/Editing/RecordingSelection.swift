/// Selection of a part of a recording: a range of time or events, and the objects of some caches, call sites or CPUs.
///
/// An object is selected by its allocation; its free is selected with it if it is in the range. The free of an object
/// that was allocated before the range becomes a free without a known allocation (`.unmatched`).
package struct RecordingSelection: Sendable {
  /// Range of time in microseconds (or ticks) since the first event.
  package var time: Range<UInt64> = 0..<UInt64.max
  /// Range of event numbers, from 0.
  package var events: Range<Int> = 0..<Int.max
  /// Predicate on the name of an object's cache; kmalloc caches are called `kmalloc-<bytes>`. nil selects all caches.
  package var cache: (@Sendable (String) -> Bool)?
  /// Predicate on the call site of an object's allocation. nil selects all call sites.
  package var site: (@Sendable (String) -> Bool)?
  /// CPUs on which an object may be allocated. nil selects all CPUs.
  package var cpus: Set<UInt16>?

  /// Creates a selection of the whole recording.
  package init() {}

  /// Reads a recording from its start and calls `body` with the selected events, one batch at a time.
  /// - Parameters:
  ///   - recording: Recording to read.
  ///   - progress: Called after each batch, with the number of events read so far.
  ///   - body: Called with the selected events of each batch.
  /// - Returns: Number of events read and number of events selected.
  /// - Throws: The errors of the recording and of `body`.
  package func apply(
    to recording: inout Recording, progress: (Int) -> Void = { _ in }, _ body: ([AllocationEvent]) throws -> Void
  ) throws -> (read: Int, kept: Int) {
    recording.rewind()
    var (batch, kept): ([AllocationEvent], [AllocationEvent]) = ([], [])
    var (translation, slots) = (SlotTranslation(), SlotAllocator())
    var filter = Filter(of: self, recording.symbols)
    var (read, count) = (0, 0)
    var start: UInt64?
    repeat {
      try recording.nextBatch(into: &batch)
      kept.removeAll(keepingCapacity: true)
      for event in batch {
        let first = start ?? event.time
        start = first
        let elapsed = event.time > first ? event.time - first : 0
        let isInside = events.contains(read) && time.contains(elapsed)
        read += 1
        // Events outside the range are dropped. An object that is freed after the range stays live.
        guard isInside else { continue }
        if let event = translation.translate(event, isKept: filter.selects(event), &slots) { kept.append(event) }
      }
      count += kept.count
      try body(kept)
      progress(read)
    } while !batch.isEmpty && read < events.upperBound
    recording.rewind()
    return (read, count)
  }

  /// Filter by cache, call site and CPU. It caches the results of the predicates, which are called once per name.
  private struct Filter {
    private let selection: RecordingSelection
    private let symbols: [String]
    private var sites: [UInt32: Bool] = [:]
    private var caches: [String: Bool] = [:]

    init(of selection: RecordingSelection, _ symbols: [String]) {
      self.selection = selection
      self.symbols = symbols
    }

    /// Returns whether the filter selects an allocation, or a free whose allocation is not known.
    mutating func selects(_ event: AllocationEvent) -> Bool {
      if let cpus = selection.cpus, !cpus.contains(event.cpu) { return false }
      if let predicate = selection.site {
        let isSelected = sites[event.site] ?? predicate(symbols[Int(event.site)])
        sites[event.site] = isSelected
        if !isSelected { return false }
      }
      guard let predicate = selection.cache else { return true }
      // The cache of a kfree without a known allocation is unknown.
      guard event.kind != .kfree else { return false }
      let name =
        event.kind == .kmalloc
        ? "kmalloc-\(event.allocatedBytes)"
        : event.cache == AllocationEvent.noCache ? "?" : symbols[Int(event.cache)]
      let isSelected = caches[name] ?? predicate(name)
      caches[name] = isSelected
      return isSelected
    }
  }
}

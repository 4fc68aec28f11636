import Recordings

/// A position in a source of events, which is read batch by batch.
struct EventCursor {
  private var source: any AllocationEventSource
  /// The events at hand, and the index of the next one.
  private(set) var batch: [AllocationEvent] = []
  var next = 0
  /// The source's strings, as of the batch at hand.
  private(set) var symbols: [String]
  /// Whether the source has no further batch.
  private var isExhausted = false
  private var hasBegun = false

  init(_ source: any AllocationEventSource) {
    self.source = source
    symbols = source.symbols
  }

  var sourceName: String { source.name }

  /// Whether the last event of the source was passed.
  /// - Throws: what the source throws.
  mutating func isAtEnd() throws -> Bool {
    guard next == batch.count, hasBegun else { return false }
    if !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      isExhausted = batch.isEmpty
      symbols = source.symbols
    }
    return isExhausted
  }

  /// Ensures that an event is at hand, unless the source has none left.
  mutating func fetch() throws {
    if next == batch.count, !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      symbols = source.symbols
    }
    hasBegun = true
  }

  /// Goes back to the first event.
  mutating func rewind() {
    source.rewind()
    batch.removeAll(keepingCapacity: true)
    (next, isExhausted, hasBegun) = (0, false, false)
  }
}

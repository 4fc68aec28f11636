package import Recordings

/// Position in an event source, which is read in batches.
package struct EventCursor {
  private var source: any AllocationEventSource
  /// Current batch of events.
  package private(set) var batch: [AllocationEvent] = []
  /// Index of the next event in `batch`.
  package var next = 0
  /// Symbols of the source up to the current batch.
  package private(set) var symbols: [String]
  /// Whether the source has no further batch.
  private var isExhausted = false
  private var hasBegun = false

  /// Creates a cursor at the first event of a source that was not read yet.
  package init(_ source: any AllocationEventSource) {
    self.source = source
    symbols = source.symbols
  }

  var sourceName: String { source.name }

  /// Returns whether there are no further events. Reads the next batch if necessary.
  /// - Throws: Errors of the source.
  package mutating func isAtEnd() throws -> Bool {
    guard next == batch.count, hasBegun else { return false }
    if !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      isExhausted = batch.isEmpty
      symbols = source.symbols
    }
    return isExhausted
  }

  /// Reads the next batch if all events of the current batch have been consumed.
  package mutating func loadBatch() throws {
    if next == batch.count, !isExhausted {
      try source.nextBatch(into: &batch)
      next = 0
      symbols = source.symbols
    }
    hasBegun = true
  }

  /// Returns to the first event of the source.
  package mutating func rewind() {
    source.rewind()
    batch.removeAll(keepingCapacity: true)
    (next, isExhausted, hasBegun) = (0, false, false)
  }
}

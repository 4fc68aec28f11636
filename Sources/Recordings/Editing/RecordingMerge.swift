/// Merge of several recordings into one, in order of time.
package struct RecordingMerge {
  /// Alignment of the recordings in time.
  package enum Alignment: String, Sendable, CaseIterable {
    /// Times are kept: for recordings of one machine, made one after the other or simultaneously.
    case clock
    /// All recordings start at time 0, so that workloads that were recorded separately run simultaneously.
    case start
  }

  /// Recording that is being merged, with its read position.
  private struct Part {
    var recording: Recording
    var batch: [AllocationEvent] = []
    var next = 0
    var translation = SlotTranslation()
    /// Symbol numbers of the merged recording, indexed by the symbol numbers of this recording.
    var symbols: [UInt32] = []
    /// Time to subtract from the times of this recording.
    var shift: UInt64 = 0
    var hasBegun = false

    mutating func readBatch() throws {
      try recording.nextBatch(into: &batch)
      next = 0
    }
  }

  private var parts: [Part]
  private var slots = SlotAllocator()
  private var table = SymbolTable()
  private let alignment: Alignment

  /// Creates a merge of recordings.
  /// - Precondition: All recordings have the same number of ticks per second.
  package init(_ recordings: [Recording], alignment: Alignment) {
    parts = recordings.map { Part(recording: $0) }
    self.alignment = alignment
  }

  /// Strings that `site` and `cache` of the events index.
  package var symbols: [String] { table.symbols }

  /// Replaces the contents of `events` by the next events; `events` is empty at the end of the last recording.
  /// - Throws: The errors of the recordings.
  package mutating func nextBatch(into events: inout [AllocationEvent]) throws {
    events.removeAll(keepingCapacity: true)
    while events.count < Slabtrace.eventsPerBlock {
      for part in parts.indices where parts[part].next == parts[part].batch.count { try readBatch(of: part) }
      guard let part = earliest() else { return }
      events.append(removeNextEvent(of: part))
    }
  }

  /// Reads the next batch of a part and adds its new symbols to the merged symbols.
  private mutating func readBatch(of part: Int) throws {
    try parts[part].readBatch()
    let symbols = parts[part].recording.symbols
    for number in parts[part].symbols.count..<symbols.count {
      parts[part].symbols.append(table.intern(symbols[number]))
    }
    guard !parts[part].hasBegun, let first = parts[part].batch.first else { return }
    parts[part].hasBegun = true
    parts[part].shift = alignment == .start ? first.time : 0
  }

  /// Returns the index of the part with the earliest next event; nil if no part has events left.
  private func earliest() -> Int? {
    var (found, earliestTime): (Int?, UInt64) = (nil, .max)
    for part in parts.indices where parts[part].next < parts[part].batch.count {
      let time = nextTime(of: part)
      if found == nil || time < earliestTime { (found, earliestTime) = (part, time) }
    }
    return found
  }

  /// Returns the aligned time of the next event of a part.
  private func nextTime(of part: Int) -> UInt64 {
    let time = parts[part].batch[parts[part].next].time
    return time > parts[part].shift ? time - parts[part].shift : 0
  }

  /// Advances a part by one event and returns the event with the time, symbols and slot of the merged recording.
  private mutating func removeNextEvent(of part: Int) -> AllocationEvent {
    var event = parts[part].batch[parts[part].next]
    event.time = nextTime(of: part)
    event.site = parts[part].symbols[Int(event.site)]
    if event.cache != AllocationEvent.noCache { event.cache = parts[part].symbols[Int(event.cache)] }
    parts[part].next += 1
    // With `isKept` true, `translate` returns nil for no event.
    return parts[part].translation.translate(event, isKept: true, &slots) ?? event
  }
}

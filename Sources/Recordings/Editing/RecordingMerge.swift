/// Several recordings as one, in order of time.
public struct RecordingMerge {
  /// Which moments of the recordings coincide.
  public enum Alignment: String, Sendable, CaseIterable {
    /// Those of the same clock time: of one machine, one behind the other or at once.
    case clock
    /// Their beginnings: workloads that were recorded apart run at once.
    case start
  }

  private struct Part {
    var recording: Recording
    var batch: [AllocationEvent] = []
    var next = 0
    var translation = SlotTranslation()
    /// The merged recording's symbol by the part's.
    var symbols: [UInt32] = []
    /// Subtracted from times.
    var shift: UInt64 = 0
    var hasBegun = false

    mutating func fetch() throws {
      try recording.nextBatch(into: &batch)
      next = 0
    }
  }

  private var parts: [Part]
  private var slots = SlotAllocator()
  private var table = SymbolTable()
  private let alignment: Alignment

  /// - Precondition: the recordings' clocks run at the same rate.
  public init(_ recordings: [Recording], alignment: Alignment) {
    parts = recordings.map { Part(recording: $0) }
    self.alignment = alignment
  }

  /// The strings that the events' `site` and `cache` index.
  public var symbols: [String] { table.symbols }

  /// Replaces `events` by the next ones; empty at the end.
  /// - Throws: what the recordings throw.
  public mutating func nextBatch(into events: inout [AllocationEvent]) throws {
    events.removeAll(keepingCapacity: true)
    while events.count < Slabtrace.eventsPerBlock {
      for part in parts.indices where parts[part].next == parts[part].batch.count { try fetch(part) }
      guard let part = earliest() else { return }
      events.append(take(part))
    }
  }

  private mutating func fetch(_ part: Int) throws {
    try parts[part].fetch()
    let symbols = parts[part].recording.symbols
    for number in parts[part].symbols.count..<symbols.count {
      parts[part].symbols.append(table.intern(symbols[number]))
    }
    guard !parts[part].hasBegun, let first = parts[part].batch.first else { return }
    parts[part].hasBegun = true
    parts[part].shift = alignment == .start ? first.time : 0
  }

  /// The part whose next event is the oldest.
  private func earliest() -> Int? {
    var (found, time): (Int?, UInt64) = (nil, .max)
    for part in parts.indices where parts[part].next < parts[part].batch.count {
      let moment = moment(part)
      if found == nil || moment < time { (found, time) = (part, moment) }
    }
    return found
  }

  private func moment(_ part: Int) -> UInt64 {
    let time = parts[part].batch[parts[part].next].time
    return time > parts[part].shift ? time - parts[part].shift : 0
  }

  private mutating func take(_ part: Int) -> AllocationEvent {
    var event = parts[part].batch[parts[part].next]
    event.time = moment(part)
    event.site = parts[part].symbols[Int(event.site)]
    if event.cache != AllocationEvent.noCache { event.cache = parts[part].symbols[Int(event.cache)] }
    parts[part].next += 1
    // Every event is wanted, hence none is lost.
    return parts[part].translation.translate(event, isKept: true, &slots) ?? event
  }
}

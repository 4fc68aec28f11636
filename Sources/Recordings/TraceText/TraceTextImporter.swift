/// Turns the text of a trace into events: fed piece by piece, it gives the events of the lines that are whole.
///
/// Reads ftrace's `trace` and `trace_pipe` (old and new flag columns, tgid column, latency format), `perf script`,
/// `trace-cmd report` and bpftrace lines, told apart line by line. Allocations and frees pair by pointer, in the order of
/// the file.
public struct TraceTextImporter: Sendable {
  /// What the lines read so far were.
  public private(set) var counts = TraceLineCounts()
  private var table = SymbolTable()
  private var live = LiveObjects()
  /// Numbers of the names of kmalloc caches that are not normal ones.
  private var generalCaches = KmallocCacheNumbers()
  /// The beginning of a line whose end has not been read yet.
  private var unfinished: [UInt8] = []
  /// A line longer than this is no text of a trace.
  private static let longestLine = 1 << 20

  /// Nothing read yet.
  public init() {}

  /// The strings that the events' `site` and `cache` index.
  public var symbols: [String] { table.symbols }

  /// Reads a piece of text and appends the events of its whole lines.
  /// - Throws: `TraceTextError` when the text is binary, or has a line of more than a MiB.
  public mutating func read(
    _ piece: UnsafeRawBufferPointer, into events: inout [AllocationEvent]
  ) throws {
    var rest = ByteText(piece)
    if !unfinished.isEmpty {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return try keep(rest) }
      unfinished += rest[..<end]
      let line = unfinished
      unfinished = []
      try line.withUnsafeBytes { try read(line: ByteText($0), into: &events) }
      rest = rest[(end + 1)...]
    }
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      try read(line: rest[..<end], into: &events)
      rest = rest[(end + 1)...]
    }
    try keep(rest)
  }

  /// Reads what is left: a last line without an end.
  /// - Throws: `TraceTextError.noEvents` when the whole text had no usable event.
  public mutating func finish(into events: inout [AllocationEvent]) throws {
    if !unfinished.isEmpty {
      let line = unfinished
      unfinished = []
      try line.withUnsafeBytes { try read(line: ByteText($0), into: &events) }
    }
    guard counts.events > 0 else {
      throw counts.lines == 0
        ? TraceTextError.empty
        : TraceTextError.noEvents(lines: counts.lines, firstMalformed: counts.firstMalformed.first)
    }
  }

  private mutating func keep(_ rest: ByteText) throws {
    unfinished += rest
    if unfinished.count > TraceTextImporter.longestLine { throw TraceTextError.notText(line: counts.lines + 1) }
  }

  private mutating func read(line: ByteText, into events: inout [AllocationEvent]) throws {
    counts.lines += 1
    let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    switch TraceLine(text) {
    case .comment: counts.commentLines += 1
    case .other(let lost):
      if text.contains(0) { throw TraceTextError.notText(line: counts.lines) }
      counts.otherLines += 1
      counts.addLost(lost)
    case .malformed(let expected): counts.addMalformed(expected: expected)
    case .event(let event): events.append(convert(event))
    }
  }

  private mutating func convert(_ event: TraceEvent) -> AllocationEvent {
    counts.add(event)
    var cache = AllocationEvent.noCache
    if let name = event.name {
      cache = table.intern(name.bytes)
    } else if event.kind == .kmemCacheAlloc || event.kind == .kmemCacheFree {
      cache = table.intern("?")
    } else if event.kmallocKind != .normal {
      cache = generalCaches.number(event.kmallocKind, bytes: event.allocatedBytes, names: &table)
    }
    let (slot, outcome) = live.pair(event.kind, event.pointer)
    return AllocationEvent(
      time: event.prefix.time, slot: slot, requestedBytes: event.requestedBytes, allocatedBytes: event.allocatedBytes,
      site: event.site.map { table.intern($0.bytes) } ?? table.intern("?"), cache: cache, cpu: event.prefix.cpu,
      kind: event.kind, outcome: outcome)
  }
}

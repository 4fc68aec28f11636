/// Incremental parser that converts the text of a trace to events.
///
/// It reads `trace` and `trace_pipe` of tracefs (old and new flag columns, tgid column, latency format), `perf script`,
/// `trace-cmd report` and bpftrace lines, and recognises the format of each line separately. A free is matched with the
/// latest allocation of the same pointer.
package struct TraceTextImporter: Sendable {
  /// Statistics of the lines read so far.
  package private(set) var counts = ImportStatistics()
  private var table = SymbolTable()
  private var live = LiveObjects()
  /// Symbol numbers of the names of kmalloc caches whose kind is not normal.
  private var generalCaches = KmallocCacheSymbols()
  /// Beginning of a line whose end has not been read yet.
  private var unfinished: [UInt8] = []
  /// Maximum number of bytes of a line; a file with a longer line is not a trace.
  private static let longestLine = 1 << 20

  /// Creates an importer that has read no lines.
  package init() {}

  /// Strings that `site` and `cache` of the events index.
  package var symbols: [String] { table.symbols }

  /// Reads the next part of the text and appends the events of its complete lines to `events`.
  /// - Parameters:
  ///   - piece: Bytes of the text; the parts may be split anywhere.
  ///   - events: Array to append to.
  /// - Throws: `TraceTextError` if the text is binary or has a line of more than 1 MiB.
  package mutating func read(
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

  /// Reads the last line, if it has no newline. Must be called after the last part of the text.
  /// - Throws: `TraceTextError.empty` or `.noEvents` if the text has no valid event.
  package mutating func finish(into events: inout [AllocationEvent]) throws {
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

  /// Stores the beginning of a line until its end is read.
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

  /// Converts a parsed event: interns its strings and matches its pointer with a live object.
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

/// What a pass over a .slabtrace file's blocks finds, without decoding events: names, symbols, shapes, and where the
/// events lie. Every block's checksum is checked here.
struct SlabtraceIndex: Sendable {
  var name = ""
  var summary = ""
  var symbols: [String] = []
  var shapes: [Slabtrace.Shape] = []
  /// Those of the shapes, by themselves: what a decoder asks at each event.
  var outcomes: [AllocationEvent.Outcome] = []
  /// Whether any shape's events tell how much of an object was in use.
  var knowsUses = false
  /// How that was measured; nil if the file does not say.
  var useMeasure: UseMeasure?
  var blocks: [SlabtraceBlock] = []
  /// Payloads of the blocks that hold samples.
  var samples: [Range<Int>] = []
  var cpuCount = 1
  /// From the end block; nil in a file that was cut.
  var counts: TraceLineCounts?
  /// Why reading stopped before the end block, if it did.
  var warning: String?

  /// A file is given back in pieces of this many bits of its offset: 4 MiB.
  static let passShift = 22

  var eventCount: Int { blocks.reduce(0) { $0 + $1.count } }

  /// - Parameter passed: told now and then how far the file was read.
  init(_ file: UnsafeRawBufferPointer, passed: (Int) -> Void = { _ in }) throws(SlabtraceError) {
    guard !file.isEmpty else { throw .empty }
    guard file.count > Slabtrace.magic.count, file.prefix(Slabtrace.magic.count).elementsEqual(Slabtrace.magic) else {
      throw .notARecording
    }
    var start = ByteReader(UnsafeRawBufferPointer(rebasing: file[Slabtrace.magic.count...]))
    guard let version = start.varint() else { throw .noEvents }
    guard version >= 1 else { throw .notARecording }
    guard version <= UInt64(Slabtrace.version) else { throw .laterVersion(version) }
    var offset = Slabtrace.magic.count + start.offset
    while counts == nil {
      guard let frame = SlabtraceFrame(in: file, at: offset) else {
        warning = "was cut at byte \(file.count)"
        break
      }
      guard frame.isIntact, read(frame, of: file) else {
        warning = "is damaged in the block at byte \(offset)"
        break
      }
      if frame.end >> SlabtraceIndex.passShift != offset >> SlabtraceIndex.passShift { passed(frame.end) }
      offset = frame.end
    }
    guard !blocks.isEmpty || !samples.isEmpty || counts != nil else { throw .noEvents }
    if let stop = warning { warning = "\(stop); the \(eventCount) events before it are read, the rest is lost" }
  }

  /// Takes in a block; false when its content breaks the format.
  private mutating func read(_ frame: SlabtraceFrame, of file: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[frame.payload]))
    switch Slabtrace.BlockType(rawValue: frame.type) {
    case .header: return readHeader(&reader)
    case .events: return readEvents(&reader, at: frame.payload)
    case .sample:
      samples.append(frame.payload)
      return true
    case .end: return readEnd(&reader)
    // Later minor additions come as blocks of new types, which may be passed over.
    case nil: return true
    }
  }

  private mutating func readHeader(_ reader: inout ByteReader) -> Bool {
    guard let name = reader.string(), let summary = reader.string() else { return false }
    (self.name, self.summary) = (name, summary)
    // Files of version 1 end here. A measure that a later writer adds is one that this reader does not know.
    useMeasure = reader.isAtEnd ? nil : reader.byte().flatMap(UseMeasure.init)
    return true
  }

  private mutating func readEvents(_ reader: inout ByteReader, at payload: Range<Int>) -> Bool {
    guard
      let count = reader.varint(as: Int.self), let firstTime = reader.varint(),
      let firstCPU = reader.varint(as: UInt16.self), let lastCPU = reader.varint(as: UInt16.self),
      let newSymbols = reader.varint(as: Int.self), newSymbols <= reader.remaining
    else { return false }
    for _ in 0..<newSymbols {
      guard let symbol = reader.string() else { return false }
      symbols.append(symbol)
    }
    guard let newShapes = reader.varint(as: Int.self), newShapes <= reader.remaining else { return false }
    for _ in 0..<newShapes {
      guard let shape = Slabtrace.Shape(&reader, symbols: symbols.count) else { return false }
      shapes.append(shape)
      outcomes.append(shape.outcome)
      knowsUses = knowsUses || shape.knowsUse
    }
    // An event takes two bytes at least, so the count can't promise more than the payload holds.
    guard count > 0, count <= reader.remaining / 2 else { return false }
    cpuCount = max(cpuCount, Int(lastCPU) + 1)
    blocks.append(
      SlabtraceBlock(
        events: (payload.lowerBound + reader.offset)..<payload.upperBound, count: count, firstTime: firstTime,
        firstCPU: firstCPU, shapeLimit: shapes.count))
    return true
  }

  private mutating func readEnd(_ reader: inout ByteReader) -> Bool {
    guard
      let events = reader.varint(as: Int.self), events == eventCount, reader.varint(as: Int.self) != nil,
      let format = reader.string(), let flags = reader.varint()
    else { return false }
    var counts = TraceLineCounts()
    (counts.events, counts.cpuCount, counts.format) = (events, cpuCount, TraceFormat(rawValue: format))
    (counts.hasRealPointers, counts.countsTicks) = (flags & 1 != 0, flags & 2 != 0)
    for path in [
      \TraceLineCounts.lines, \.commentLines, \.otherLines, \.malformedLines, \.lostEvents,
    ] as [WritableKeyPath<TraceLineCounts, Int>] {
      guard let count = reader.varint(as: Int.self) else { return false }
      counts[keyPath: path] = count
    }
    // Earlier versions of slabscope end here.
    if !reader.isAtEnd {
      guard let frees = reader.varint(as: Int.self), let repeated = reader.varint(as: Int.self) else { return false }
      (counts.packetFrees, counts.repeatedPacketFrees) = (frees, repeated)
    }
    self.counts = counts
    return true
  }
}

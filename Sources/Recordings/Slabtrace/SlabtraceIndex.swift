/// Index of a .slabtrace file: its name, symbols, shapes and the locations of its blocks. It is created by reading all
/// blocks once and verifying their checksums, without decoding events.
struct SlabtraceIndex: Sendable {
  var name = ""
  var summary = ""
  var symbols: [String] = []
  var shapes: [Slabtrace.Shape] = []
  /// Outcomes of the shapes, in an array of their own, because a decoder needs only the outcome for most events.
  var outcomes: [AllocationEvent.Outcome] = []
  /// Whether events of any shape have `usedBytes`.
  var hasUsedBytes = false
  /// Method that determined `usedBytes`; nil if unknown.
  var usedBytesMethod: UsedBytesMethod?
  var blocks: [SlabtraceBlock] = []
  /// Payloads of the blocks that contain samples.
  var samples: [Range<Int>] = []
  var cpuCount = 1
  /// Statistics in the end block; nil if the file is truncated.
  var counts: ImportStatistics?
  /// Reason why reading stopped before the end block; nil if the end block was read.
  var warning: String?

  /// Logarithm of the number of bytes (4 MiB) after which the memory of a mapped file is released.
  static let releaseShift = 22

  var eventCount: Int { blocks.reduce(0) { $0 + $1.count } }

  /// Reads all blocks of a file.
  /// - Parameter didRead: Function that is called about every 4 MiB with the offset up to which the file was read.
  init(_ file: UnsafeRawBufferPointer, didRead: (Int) -> Void = { _ in }) throws(SlabtraceError) {
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
        warning = "is truncated at byte \(file.count)"
        break
      }
      guard frame.isIntact, read(frame, of: file) else {
        warning = "is damaged in the block at byte \(offset)"
        break
      }
      if frame.end >> SlabtraceIndex.releaseShift != offset >> SlabtraceIndex.releaseShift { didRead(frame.end) }
      offset = frame.end
    }
    guard !blocks.isEmpty || !samples.isEmpty || counts != nil else { throw .noEvents }
    if let stop = warning { warning = "\(stop); the \(eventCount) events before it are read, the rest is lost" }
  }

  /// Adds a block to the index.
  /// - Returns: false if the payload violates the format.
  private mutating func read(_ frame: SlabtraceFrame, of file: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[frame.payload]))
    switch Slabtrace.BlockType(rawValue: frame.type) {
    case .header: return readHeader(&reader)
    case .events: return readEvents(&reader, at: frame.payload)
    case .sample:
      samples.append(frame.payload)
      return true
    case .end: return readEnd(&reader)
    // Blocks of an unknown type are skipped, so that later versions can add types that this version need not read.
    case nil: return true
    }
  }

  private mutating func readHeader(_ reader: inout ByteReader) -> Bool {
    guard let name = reader.string(), let summary = reader.string() else { return false }
    (self.name, self.summary) = (name, summary)
    // The header of version 1 ends here. A method that a later version adds is read as unknown.
    usedBytesMethod = reader.isAtEnd ? nil : reader.byte().flatMap(UsedBytesMethod.init)
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
      hasUsedBytes = hasUsedBytes || shape.hasUsedBytes
    }
    // An event has at least two bytes, so that a damaged count cannot exceed the size of the payload.
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
    var counts = ImportStatistics()
    (counts.events, counts.cpuCount, counts.origin) = (events, cpuCount, RecordingOrigin(rawValue: format))
    (counts.hasRealPointers, counts.countsTicks) = (flags & 1 != 0, flags & 2 != 0)
    for path in [
      \ImportStatistics.lines, \.commentLines, \.otherLines, \.malformedLines, \.lostEvents,
    ] as [WritableKeyPath<ImportStatistics, Int>] {
      guard let count = reader.varint(as: Int.self) else { return false }
      counts[keyPath: path] = count
    }
    // The end block of earlier versions of slabscope ends here.
    if !reader.isAtEnd {
      guard let frees = reader.varint(as: Int.self), let repeated = reader.varint(as: Int.self) else { return false }
      (counts.packetFrees, counts.repeatedPacketFrees) = (frees, repeated)
    }
    self.counts = counts
    return true
  }
}

/// A recording in memory: the events of a .slabtrace file, decoded block by block as they are asked for.
public struct Recording: AllocationEventSource {
  private let bytes: [UInt8]
  private let index: SlabtraceIndex
  private var nextBlock = 0
  private var slots = SlotAllocator()
  private var live: [Bool] = []

  /// Opens a recording, checking every block's checksum. `name` is used where the file bears none.
  ///
  /// A file that was cut or damaged is read up to its last whole block; `warning` then says so.
  /// - Throws: `SlabtraceError` when nothing of it can be used.
  /// - Complexity: O(bytes).
  public init(bytes: [UInt8], name: String) throws {
    var index = try bytes.withUnsafeBytes { try SlabtraceIndex($0) }
    if index.name.isEmpty { index.name = name }
    self.bytes = bytes
    self.index = index
  }

  /// What the recording is called.
  public var name: String { index.name }
  /// One line that says what it is of.
  public var summary: String { index.summary }
  /// Names of call sites and caches, by the numbers that events carry.
  public var symbols: [String] { index.symbols }
  /// CPUs that events may be on: the highest number plus one.
  public var cpuCount: Int { index.cpuCount }
  /// The clock's rate; 0 where the trace counted events instead of time.
  public var ticksPerSecond: UInt64 { index.counts?.countsTicks == true ? 0 : 1_000_000 }

  /// Events in all its whole blocks.
  public var eventCount: Int { index.eventCount }
  /// Bytes of the file.
  public var byteCount: Int { bytes.count }
  /// What the imported lines were; nil in a file that was cut before its end.
  public var counts: TraceLineCounts? { index.counts }
  /// What of the file could not be read, in words, if anything.
  public var warning: String? { index.warning }

  public mutating func rewind() {
    nextBlock = 0
    slots = SlotAllocator()
    live.removeAll(keepingCapacity: true)
  }

  /// Decodes the next block.
  /// - Throws: `SlabtraceError.damaged` when a block whose checksum is right breaks the format.
  public mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    batch.removeAll(keepingCapacity: true)
    guard nextBlock < index.blocks.count else { return }
    let block = index.blocks[nextBlock]
    nextBlock += 1
    batch.reserveCapacity(block.count)
    guard decode(block, into: &batch) else {
      throw SlabtraceError.damaged(offset: block.events.lowerBound, expected: "\(block.count) events")
    }
  }

  private mutating func decode(_ block: SlabtraceBlock, into batch: inout [AllocationEvent]) -> Bool {
    bytes.withUnsafeBytes { file in
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[block.events]))
      var (time, cpu) = (block.firstTime, block.firstCPU)
      for _ in 0..<block.count {
        guard let number = reader.varint(as: Int.self, below: block.shapeLimit), let step = reader.varint() else {
          return false
        }
        time = step & 2 == 0 ? time &+ step >> 2 : time &- step >> 2
        if step & 1 != 0 {
          guard let other = reader.varint(as: UInt16.self, below: index.cpuCount) else { return false }
          cpu = other
        }
        let shape = index.shapes[number]
        guard let slot = slot(for: shape.outcome, &reader) else { return false }
        batch.append(
          AllocationEvent(
            time: time, slot: slot, requestedBytes: shape.requestedBytes, allocatedBytes: shape.allocatedBytes,
            site: shape.site, cache: shape.cache, cpu: cpu, kind: shape.kind, outcome: shape.outcome))
      }
      return reader.isAtEnd
    }
  }

  /// The slot of an event, read or implied; nil when it isn't live where it must be.
  private mutating func slot(for outcome: AllocationEvent.Outcome, _ reader: inout ByteReader) -> UInt32? {
    switch outcome {
    case .allocated:
      let slot = slots.take()
      if Int(slot) == live.count { live.append(true) } else { live[Int(slot)] = true }
      return slot
    case .allocatedOverLive, .freed:
      guard let slot = reader.varint(as: UInt32.self, below: live.count), live[Int(slot)] else { return nil }
      guard outcome == .freed else { return slot }
      live[Int(slot)] = false
      slots.give(slot)
      return slot
    case .failed, .unmatched, .null, .zeroSize: return AllocationEvent.noSlot
    }
  }
}

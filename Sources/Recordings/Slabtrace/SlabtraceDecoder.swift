/// Decoder of the blocks of a .slabtrace file, which must be decoded in order. It tracks which slots are live, so that it
/// can refuse a damaged file in which an event has a slot without a live object.
struct SlabtraceDecoder: Sendable {
  private var slots = SlotAllocator()
  /// Whether the slot has a live object, indexed by slot.
  private var live: [Bool] = []
  /// Number of slots of the events that were decoded so far.
  var slotCount: Int { live.count }

  /// Decodes a block and calls `body` with each event.
  /// - Returns: false if the block violates the format.
  @inline(__always)
  mutating func decode(
    _ block: SlabtraceBlock, of file: UnsafeRawBufferPointer, _ index: SlabtraceIndex, _ body: (RecordedEvent) -> Void
  ) -> Bool {
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[block.events]))
    var (time, cpu) = (block.firstTime, block.firstCPU)
    return index.outcomes.withUnsafeBufferPointer { outcomes in
      for _ in 0..<block.count {
        guard let number = reader.varint(as: Int.self, below: block.shapeLimit), let step = reader.varint() else {
          return false
        }
        time = step & 2 == 0 ? time &+ step >> 2 : time &- step >> 2
        if step & 1 != 0 {
          guard let other = reader.varint(as: UInt16.self, below: index.cpuCount) else { return false }
          cpu = other
        }
        guard let slot = slot(for: outcomes[number], &reader) else { return false }
        var event = RecordedEvent(time: time, shape: number, slot: slot, cpu: cpu)
        if index.hasUsedBytes, index.shapes[number].hasUsedBytes {
          guard let used = reader.varint(as: UInt32.self), used > 0 else { return false }
          event.used = used
        }
        body(event)
      }
      return reader.isAtEnd
    }
  }

  /// Returns the slot of an event, which is read or allocated; nil if the slot must have a live object and has none.
  @inline(__always)
  private mutating func slot(for outcome: AllocationEvent.Outcome, _ reader: inout ByteReader) -> UInt32? {
    switch outcome {
    case .allocated:
      let slot = slots.allocate()
      if Int(slot) == live.count { live.append(true) } else { live[Int(slot)] = true }
      return slot
    case .allocatedOverLive, .freed:
      guard let slot = reader.varint(as: UInt32.self, below: live.count), live[Int(slot)] else { return nil }
      guard outcome == .freed else { return slot }
      live[Int(slot)] = false
      slots.free(slot)
      return slot
    case .failed, .unmatched, .null, .zeroSize: return AllocationEvent.noSlot
    }
  }
}

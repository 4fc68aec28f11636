/// Decodes blocks of events, in order: what `Recording` and the statistics read from. Keeps which slots are live, so that
/// a damaged file can't name one that isn't.
struct SlabtraceDecoder: Sendable {
  /// An event as the file has it: the shape stands for everything but when, where and which object.
  struct RawEvent {
    var time: UInt64
    /// Index into `SlabtraceIndex.shapes`.
    var shape: Int
    var slot: UInt32
    var cpu: UInt16
    /// Bytes in use of the object that ends; 0 if that is not known.
    var used: UInt32 = 0
  }

  private var slots = SlotAllocator()
  private var live: [Bool] = []

  /// Decodes a block and hands each event on.
  /// - Returns: false when the block breaks the format.
  @inline(__always)
  mutating func decode(
    _ block: SlabtraceBlock, of file: UnsafeRawBufferPointer, _ index: SlabtraceIndex, _ body: (RawEvent) -> Void
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
        var event = RawEvent(time: time, shape: number, slot: slot, cpu: cpu)
        if index.knowsUses, index.shapes[number].knowsUse {
          guard let used = reader.varint(as: UInt32.self), used > 0 else { return false }
          event.used = used
        }
        body(event)
      }
      return reader.isAtEnd
    }
  }

  /// The slot of an event, read or implied; nil when it isn't live where it must be.
  @inline(__always)
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

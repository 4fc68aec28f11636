/// Decoder of the blocks of a .slabtrace file, which must be decoded in order. It tracks which slots are live, so that it
/// can refuse a damaged file in which an event has a slot without a live object.
struct SlabtraceDecoder: Sendable {
  /// Whether the slot has a live object, indexed by slot. The array has room for all slots of the next block.
  private var live: [Bool] = []
  /// Freed slots, the last one on top, as in `SlotAllocator`. The array has room for all frees of the next block.
  private var freed: [UInt32] = []
  private var freedCount = 0
  /// Number of slots of the events that were decoded so far.
  private(set) var slotCount = 0

  /// Decodes a block and calls `body` with each event.
  /// - Returns: false if the block violates the format.
  @inline(__always)
  mutating func decode(
    _ block: SlabtraceBlock, of file: UnsafeRawBufferPointer, _ index: SlabtraceIndex, _ body: (RecordedEvent) -> Void
  ) -> Bool {
    // An event uses at most one new slot and frees at most one, so that the loop stays within both arrays.
    let count = block.count
    guard block.events.count >= count else { return false }
    SlabtraceDecoder.extend(&live, to: slotCount + count, with: false)
    SlabtraceDecoder.extend(&freed, to: freedCount + count, with: 0)
    let hasUsedBytes = index.hasUsedBytes
    let (shapeLimit, cpuCount) = (block.shapeLimit, index.cpuCount)
    var slots = Slots(freedCount: freedCount, count: slotCount)
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[block.events]))
    var (time, cpu) = (block.firstTime, block.firstCPU)
    let isValid = index.outcomes.withUnsafeBufferPointer { outcomes in
      live.withUnsafeMutableBufferPointer { live in
        freed.withUnsafeMutableBufferPointer { freed in
          for _ in 0..<count {
            guard let number = reader.varint(as: Int.self, below: shapeLimit), let step = reader.varint() else {
              return false
            }
            time = step & 2 == 0 ? time &+ step >> 2 : time &- step >> 2
            if step & 1 != 0 {
              guard let other = reader.varint(as: UInt16.self, below: cpuCount) else { return false }
              cpu = other
            }
            guard let slot = slots.slot(for: outcomes[number], &reader, live, freed) else { return false }
            var event = RecordedEvent(time: time, shape: number, slot: slot, cpu: cpu)
            if hasUsedBytes, index.shapes[number].hasUsedBytes {
              guard let used = reader.varint(as: UInt32.self), used > 0 else { return false }
              event.used = used
            }
            body(event)
          }
          return reader.isAtEnd
        }
      }
    }
    (freedCount, slotCount) = (slots.freedCount, slots.count)
    return isValid
  }

  private static func extend<Element>(_ array: inout [Element], to count: Int, with element: Element) {
    guard array.count < count else { return }
    array.append(contentsOf: repeatElement(element, count: max(count - array.count, array.count)))
  }

  /// Numbers of the slots in use while a block is decoded.
  private struct Slots {
    var freedCount: Int
    var count: Int

    /// Returns the slot of an event, which is read or allocated; nil if the slot must have a live object and has none.
    @inline(__always)
    mutating func slot(
      for outcome: AllocationEvent.Outcome, _ reader: inout ByteReader, _ live: UnsafeMutableBufferPointer<Bool>,
      _ freed: UnsafeMutableBufferPointer<UInt32>
    ) -> UInt32? {
      switch outcome {
      case .allocated:
        var slot = UInt32(truncatingIfNeeded: count)
        if freedCount > 0 {
          freedCount &-= 1
          slot = freed[freedCount]
        } else {
          count &+= 1
        }
        live[Int(slot)] = true
        return slot
      case .allocatedOverLive, .freed:
        guard let slot = reader.varint(as: UInt32.self, below: count), live[Int(slot)] else { return nil }
        guard outcome == .freed else { return slot }
        live[Int(slot)] = false
        freed[freedCount] = slot
        freedCount &+= 1
        return slot
      case .failed, .unmatched, .null, .zeroSize: return AllocationEvent.noSlot
      }
    }
  }
}

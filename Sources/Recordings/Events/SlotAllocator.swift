/// Hands out the slot numbers of `AllocationEvent`: the most recently freed one, else the next that was never used. A
/// writer and a reader that run the same allocator agree on the slot of each allocation without storing it.
public struct SlotAllocator: Sendable {
  private var freed: [UInt32] = []
  /// Slots handed out so far: all slot numbers are below it.
  public private(set) var count: UInt32 = 0

  /// No slot in use.
  public init() {}

  /// A free slot.
  public mutating func take() -> UInt32 {
    if let slot = freed.popLast() { return slot }
    defer { count += 1 }
    return count
  }

  /// Gives a slot back.
  public mutating func give(_ slot: UInt32) { freed.append(slot) }
}

/// Allocator of the slot numbers of ``AllocationEvent``. It allocates the slot that was freed last, or the lowest slot that
/// was never used if none is free. A writer and a reader of a recording use the same allocator, so that the slot of an
/// allocation need not be stored.
public struct SlotAllocator: Sendable {
  private var freed: [UInt32] = []
  /// Number of slots that were ever used; all slot numbers are less.
  public private(set) var count: UInt32 = 0

  /// Creates an allocator with no slot in use.
  public init() {}

  /// Allocates a slot.
  public mutating func allocate() -> UInt32 {
    if let slot = freed.popLast() { return slot }
    defer { count += 1 }
    return count
  }

  /// Frees a slot.
  public mutating func free(_ slot: UInt32) { freed.append(slot) }
}

import SlabEngine

/// The objects that a player holds, by event slot, in memory that stays where it is while the player moves: the engine's
/// shuffler reaches it through the player's mover.
struct PlayerObjects: @unchecked Sendable {
  // Sendable: touched by the thread that drives the player; shuffling is stepped by the same thread.
  private let table: UnsafeMutablePointer<Table>

  private struct Table {
    var slots: UnsafeMutablePointer<PlayerSlot>
    var capacity: Int
    let seed: UInt64
  }

  init(seed: UInt64) {
    let slots = UnsafeMutablePointer<PlayerSlot>.allocate(capacity: 1024)
    slots.initialize(repeating: PlayerSlot(), count: 1024)
    table = .allocate(capacity: 1)
    table.initialize(to: Table(slots: slots, capacity: 1024, seed: seed))
  }

  func destroy() {
    table.pointee.slots.deallocate()
    table.deallocate()
  }

  var capacity: Int {
    @inline(__always) get { table.pointee.capacity }
  }

  /// A slot below `capacity`.
  subscript(slot: Int) -> PlayerSlot {
    @inline(__always) get { table.pointee.slots[slot] }
    @inline(__always) nonmutating set { table.pointee.slots[slot] = newValue }
  }

  /// Makes room for a slot.
  @inline(__always)
  func ensure(_ slot: Int) { if slot >= table.pointee.capacity { grow(beyond: slot) } }

  @inline(never)
  private func grow(beyond slot: Int) {
    var capacity = capacity
    while capacity <= slot { capacity *= 2 }
    let grown = UnsafeMutablePointer<PlayerSlot>.allocate(capacity: capacity)
    grown.moveInitialize(from: table.pointee.slots, count: table.pointee.capacity)
    (grown + table.pointee.capacity).initialize(
      repeating: PlayerSlot(), count: capacity - table.pointee.capacity)
    table.pointee.slots.deallocate()
    (table.pointee.slots, table.pointee.capacity) = (grown, capacity)
  }

  /// Moves an object for the shuffler: its stamp tells the slot that holds it. An object without that, or whose slot
  /// holds another, is free in some magazine.
  func carryOut(_ move: ObjectMove) -> MoveAnswer {
    guard move.bytes >= 8 else { return .dontKnow }
    let slot = Stamp(value: move.from.load(as: UInt64.self)).slot(seed: table.pointee.seed)
    guard (0..<capacity).contains(slot), self[slot].object == move.from else { return .dontKnow }
    move.carryOut()
    self[slot].object = move.to
    return .yes
  }
}

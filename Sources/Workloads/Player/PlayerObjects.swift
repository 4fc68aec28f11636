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
    /// Whether nothing is written into objects, so that they don't say whose they are.
    let isShadow: Bool
    /// Whose each object is, of a shadow; made when it is first asked for in a round of shuffling.
    var slotsByObject: [UnsafeMutableRawPointer: Int] = [:]
  }

  init(seed: UInt64, isShadow: Bool) {
    let slots = UnsafeMutablePointer<PlayerSlot>.allocate(capacity: 1024)
    slots.initialize(repeating: PlayerSlot(), count: 1024)
    table = .allocate(capacity: 1)
    table.initialize(to: Table(slots: slots, capacity: 1024, seed: seed, isShadow: isShadow))
  }

  func destroy() {
    table.pointee.slots.deallocate()
    table.deinitialize(count: 1)
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
    guard move.bytes >= 8, let slot = slot(of: move.from), self[slot].object == move.from else { return .dontKnow }
    move.carryOut(copying: !table.pointee.isShadow)
    self[slot].object = move.to
    if table.pointee.isShadow { table.pointee.slotsByObject[move.to] = slot }
    return .yes
  }

  /// Says that objects came and went since the last round of shuffling.
  func beginRound() { table.pointee.slotsByObject.removeAll(keepingCapacity: true) }

  /// The slot that may hold an object: by its stamp, or, in a shadow, by its address. Stamps of less than eight bytes say
  /// nothing, hence those objects stay where they are, in shadows too.
  private func slot(of object: UnsafeMutableRawPointer) -> Int? {
    guard table.pointee.isShadow else {
      let slot = Stamp(value: object.load(as: UInt64.self)).slot(seed: table.pointee.seed)
      return (0..<capacity).contains(slot) ? slot : nil
    }
    if table.pointee.slotsByObject.isEmpty {
      for slot in 0..<capacity where self[slot].bytes >= 8 {
        if let object = self[slot].object { table.pointee.slotsByObject[object] = slot }
      }
    }
    return table.pointee.slotsByObject[object]
  }
}

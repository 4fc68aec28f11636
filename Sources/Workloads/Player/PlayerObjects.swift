import SlabEngine

/// The live objects of a player, by event slot. The table does not move when the player moves, so that the engine's shuffler can reach it
/// through the player's mover.
struct PlayerObjects: @unchecked Sendable {
  // Sendable: used by the thread that drives the player, which also runs the shuffler.
  private let table: UnsafeMutablePointer<Table>

  private struct Table {
    var slots: UnsafeMutablePointer<PlayerSlot>
    var capacity: Int
    let seed: UInt64
    /// Whether objects have no stamps, so that the slot of an object is found by its address only.
    let isShadow: Bool
    /// Slots by address of the object, for a shadow; filled at the first use in each round of shuffling.
    var slotsByAddress: [UnsafeMutableRawPointer: Int] = [:]
  }

  init(seed: UInt64, isShadow: Bool) {
    let slots = UnsafeMutablePointer<PlayerSlot>.allocate(capacity: 1024)
    slots.initialize(repeating: PlayerSlot(), count: 1024)
    table = .allocate(capacity: 1)
    table.initialize(to: Table(slots: slots, capacity: 1024, seed: seed, isShadow: isShadow))
  }

  /// Frees the memory of the table.
  func destroy() {
    table.pointee.slots.deallocate()
    table.deinitialize(count: 1)
    table.deallocate()
  }

  /// Number of slots in the table.
  var capacity: Int {
    @inline(__always) get { table.pointee.capacity }
  }

  /// The contents of a slot, whose number must be less than `capacity`.
  subscript(slot: Int) -> PlayerSlot {
    @inline(__always) get { table.pointee.slots[slot] }
    @inline(__always) nonmutating set { table.pointee.slots[slot] = newValue }
  }

  /// Grows the table until it has the slot.
  @inline(__always)
  func makeRoom(for slot: Int) { if slot >= table.pointee.capacity { grow(beyond: slot) } }

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

  // MARK: Shuffling

  /// Moves an object for the shuffler. An object that is not the live object of the slot that its stamp names is free, in a magazine.
  func move(_ move: ObjectMove) -> MoveAnswer {
    guard move.bytes >= 8, let slot = slot(of: move.from), self[slot].object == move.from else { return .dontKnow }
    move.perform(copying: !table.pointee.isShadow)
    self[slot].object = move.to
    if table.pointee.isShadow { table.pointee.slotsByAddress[move.to] = slot }
    return .yes
  }

  /// Prepares a round of shuffling: addresses of objects may have changed since the last round.
  func beginShufflingRound() { table.pointee.slotsByAddress.removeAll(keepingCapacity: true) }

  /// Returns the slot that an object may belong to: by its stamp, or by its address in a shadow. Stamps of less than eight bytes do not
  /// identify an object, so that such objects are never moved, in shadows neither.
  private func slot(of object: UnsafeMutableRawPointer) -> Int? {
    guard table.pointee.isShadow else {
      let slot = Stamp(value: object.load(as: UInt64.self)).slot(seed: table.pointee.seed)
      return (0..<capacity).contains(slot) ? slot : nil
    }
    if table.pointee.slotsByAddress.isEmpty {
      for slot in 0..<capacity where self[slot].bytes >= 8 {
        if let object = self[slot].object { table.pointee.slotsByAddress[object] = slot }
      }
    }
    return table.pointee.slotsByAddress[object]
  }
}

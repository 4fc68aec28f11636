@_spi(Replay) import SlabEngine

/// The live objects of a player, by event slot. The table does not move when the player moves, so that the engine's shuffler can reach it
/// through the player's mover.
struct PlayerObjects: Sendable {
  let slots: SlotTable<PlayerSlot>
  private let seed: UInt64
  private let verification: ContentVerification
  /// Slots by address, if not every object has a stamp; used while slabs are shuffled.
  private let addresses: ObjectAddresses

  init(seed: UInt64, verification: ContentVerification) {
    slots = SlotTable(empty: PlayerSlot())
    addresses = ObjectAddresses()
    (self.seed, self.verification) = (seed, verification)
  }

  /// Frees the memory of the table.
  func destroy() { slots.destroy() }

  /// Number of slots in the table.
  var capacity: Int {
    @inline(__always) get { slots.capacity }
  }

  /// The contents of a slot, whose number must be less than `capacity`.
  subscript(slot: Int) -> PlayerSlot {
    @inline(__always) get { slots[slot] }
    @inline(__always) nonmutating _modify { yield &slots[slot] }
  }

  // MARK: Shuffling

  /// Moves an object for the shuffler. An object that is not the live object of the slot that its stamp names is free, in a magazine.
  func move(_ move: ObjectMove) -> MoveAnswer {
    guard move.bytes >= 8, let slot = slot(of: move.from), self[slot].object == move.from else { return .dontKnow }
    move.perform(copying: verification != .off)
    self[slot].object = move.to
    if verification != .all { addresses.slots[move.to] = slot }
    return .yes
  }

  /// Prepares a round of shuffling: addresses of objects may have changed since the last round.
  func beginShufflingRound() { addresses.slots.removeAll(keepingCapacity: true) }

  /// Returns the slot that an object may belong to: by its stamp if every object has one, or else by its address. Stamps of less than
  /// eight bytes do not identify an object, so that such objects are never moved, whether they have stamps or not.
  private func slot(of object: UnsafeMutableRawPointer) -> Int? {
    guard verification != .all else {
      let slot = Stamp(value: object.load(as: UInt64.self)).slot(seed: seed)
      return (0..<capacity).contains(slot) ? slot : nil
    }
    if addresses.slots.isEmpty {
      for slot in 0..<capacity where self[slot].bytes >= 8 {
        if let object = self[slot].object { addresses.slots[object] = slot }
      }
    }
    return addresses.slots[object]
  }
}

/// Event slots by the address of their live object; filled at the first use in each round of shuffling.
private final class ObjectAddresses: @unchecked Sendable {
  // Sendable: used by the thread that drives the player, which also runs the shuffler.
  var slots: [UnsafeMutableRawPointer: Int] = [:]
}

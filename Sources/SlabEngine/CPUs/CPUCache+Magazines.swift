internal import Synchronization

/// The two magazines of a per-CPU cache. Only the owner calls these functions, except for `roundCount`.
extension CPUCache {
  /// Slots of the loaded magazine; nil until the CPU first uses the cache.
  var slots: Magazine.Slots? { Magazine.Slots(bitPattern: counters.pointee.base.load(ordering: .relaxed)) }

  /// Number of objects in the loaded magazine.
  var rounds: Int {
    get { Int((counters.pointee.top.load(ordering: .relaxed) &- counters.pointee.base.load(ordering: .relaxed)) >> 3) }
    nonmutating set {
      let base = counters.pointee.base.load(ordering: .relaxed)
      counters.pointee.top.store(base + UInt(newValue) << 3, ordering: .relaxed)
    }
  }

  /// Number of objects in the previous magazine.
  var previousRounds: Int {
    get { Int(counters.pointee.previousRounds.load(ordering: .relaxed)) }
    nonmutating set { counters.pointee.previousRounds.store(Int32(newValue), ordering: .relaxed) }
  }

  /// Number of objects in both magazines. Any thread may read it: a sample that is taken while the owner exchanges the
  /// magazines is taken again.
  var roundCount: Int {
    while true {
      let exchanges = counters.pointee.exchanges.load(ordering: .acquiring)
      let count = rounds + previousRounds
      atomicMemoryFence(ordering: .acquiring)
      if exchanges & 1 == 0, counters.pointee.exchanges.load(ordering: .relaxed) == exchanges { return count }
    }
  }

  /// Adds an object to the loaded magazine, which must have room.
  func append(_ object: UnsafeMutableRawPointer) {
    let rounds = rounds
    assert(rounds < Magazine.header(of: slots!).pointee.limit, "a magazine with room was just loaded")
    slots![rounds] = object
    self.rounds = rounds + 1
  }

  /// Loads a magazine with `rounds` objects in place of the loaded one.
  /// - Parameter previous: The magazine that becomes the previous one, with its number of objects; nil for no change.
  func load(_ slots: Magazine.Slots, rounds: Int, previous: (slots: Magazine.Slots?, rounds: Int)? = nil) {
    exchange {
      counters.pointee.base.store(UInt(bitPattern: slots), ordering: .relaxed)
      self.rounds = rounds
      if let previous {
        magazines.pointee.previousSlots = previous.slots
        previousRounds = previous.rounds
      }
    }
    updateEnd()
  }

  /// Changes which magazines are loaded, so that a sample that is taken meanwhile is taken again (see `roundCount`).
  @inline(__always)
  private func exchange(_ body: () -> Void) {
    let exchanges = counters.pointee.exchanges.load(ordering: .relaxed)
    counters.pointee.exchanges.store(exchanges &+ 1, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    body()
    counters.pointee.exchanges.store(exchanges &+ 2, ordering: .releasing)
  }

  /// Sets `end` for the loaded magazine and the capacity.
  private func updateEnd() {
    let capacity = UInt(magazines.pointee.capacity)
    magazines.pointee.end = capacity == 0 ? 0 : counters.pointee.base.load(ordering: .relaxed) + capacity << 3
  }

  /// Exchanges the loaded and the previous magazine, which must exist.
  @inline(__always)
  func swapMagazines() {
    load(magazines.pointee.previousSlots!, rounds: previousRounds, previous: (slots, rounds))
  }

  /// Sets the number of rounds up to which `push` fills the loaded magazine; 0 for none. Both magazines get room for at
  /// least `limit` rounds, and keep their objects.
  func setCapacity(_ capacity: Int, limit: Int) {
    magazines.pointee.capacity = UInt16(capacity)
    ensureRoom(for: limit)
    updateEnd()
  }

  /// Ensures that both magazines have room for at least `limit` objects each, and keeps their objects. A larger
  /// magazine is not changed.
  func ensureRoom(for limit: Int) {
    let (slots, previousSlots) = (slots, magazines.pointee.previousSlots)
    if CPUCache.hasRoom(slots, for: limit), CPUCache.hasRoom(previousSlots, for: limit) { return }
    let (rounds, previousRounds) = (rounds, previousRounds)
    load(
      CPUCache.enlarged(slots, limit: limit, rounds: rounds), rounds: rounds,
      previous: (CPUCache.enlarged(previousSlots, limit: limit, rounds: previousRounds), previousRounds))
  }

  private static func hasRoom(_ slots: Magazine.Slots?, for limit: Int) -> Bool {
    slots.map { Magazine.header(of: $0).pointee.limit >= limit } ?? false
  }

  private static func enlarged(_ slots: Magazine.Slots?, limit: Int, rounds: Int) -> Magazine.Slots {
    if let slots, hasRoom(slots, for: limit) { return slots }
    let enlarged = Magazine.slots(of: Magazine.make(limit: limit))
    if let slots {
      enlarged.update(from: slots, count: rounds)
      Magazine.header(of: slots).deallocate()
    }
    return enlarged
  }

  /// Frees both magazines, which must be empty unless the engine is destroyed. Afterwards the per-CPU cache is as if it
  /// had never been used, except for its counters.
  func releaseMagazines() {
    for slots in [slots, magazines.pointee.previousSlots] {
      if let slots { Magazine.header(of: slots).deallocate() }
    }
    magazines.pointee = LoadedMagazines()
    exchange {
      counters.pointee.base.store(0, ordering: .relaxed)
      counters.pointee.top.store(0, ordering: .relaxed)
      previousRounds = 0
    }
  }

  // MARK: - Reserved rounds

  /// Number of allocations that are still reserved (see `EngineCPU.reserve(_:from:)`).
  ///
  /// A reservation is known by the low 32 bits of an allocation count, and its remainder by a difference of such counts,
  /// which is valid because a reservation has at most `largestReservation` rounds. Only if a CPU allocates 2^32 objects
  /// between two slow paths of the cache could an expired reservation appear again; it then keeps a few free objects
  /// on the CPU until the next slow path.
  var reservedRounds: Int {
    let until = magazines.pointee.reservedUntil
    guard until != 0 else { return 0 }
    let rounds = until &- UInt32(truncatingIfNeeded: counters.pointee.allocations.load(ordering: .relaxed))
    if rounds == 0 || rounds > CPUCache.largestReservation {
      magazines.pointee.reservedUntil = 0
      return 0
    }
    return Int(rounds)
  }

  /// Reserves the next `count` allocations, at most `largestReservation`. The magazines must have as many objects.
  func reserveRounds(_ count: Int) {
    let allocations = UInt32(truncatingIfNeeded: counters.pointee.allocations.load(ordering: .relaxed))
    // 0 means "no reservation"; one round more is reserved in its place.
    magazines.pointee.reservedUntil = count == 0 ? 0 : max(1, allocations &+ UInt32(count))
  }

  static let largestReservation = 1 << 20
}

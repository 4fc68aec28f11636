public import Synchronization

/// What one CPU keeps of one cache: two magazines and its counters (Bonwick and Adams, 2001), in one cache line.
///
///     line ─▶ ┌ LoadedMagazines: owner only ┬ CPUCacheCounters: written by the owner, read by anyone ┐
///              0                            32                                                      64
///
/// The two halves are separate structures since other threads read the counters while the owner writes its half: a
/// store to a field counts as a store to its structure. A CPU's lines are reserved for all caches at once and are zero
/// until used; zero reads as "no magazines, no rounds", so that the first use takes the slow path and sets them up.
@usableFromInline
struct CPUCache {
  @usableFromInline static let lineShift = 6
  @usableFromInline let line: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  init(cpu: UnsafeMutableRawPointer, index: Int) {
    line = cpu + index << CPUCache.lineShift + CPUState.bytes
  }

  // Both views are sound: the mapping is zero-filled, zero is a valid value of each structure, each occupies its own
  // half of the line, and no other type is ever stored there.
  @inlinable
  var magazines: UnsafeMutablePointer<LoadedMagazines> {
    @inline(__always) get { line.assumingMemoryBound(to: LoadedMagazines.self) }
  }

  @inlinable
  var counters: UnsafeMutablePointer<CPUCacheCounters> {
    @inline(__always) get { (line + 32).assumingMemoryBound(to: CPUCacheCounters.self) }
  }

  /// Takes an object from the loaded magazine; nil when it is empty.
  @inlinable @inline(__always)
  func pop() -> UnsafeMutableRawPointer? {
    let counters = counters
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    guard rounds != 0 else { return nil }
    counters.pointee.rounds.store(rounds &- 1, ordering: .relaxed)
    counters.pointee.countAllocation()
    return magazines.pointee.slots.unsafelyUnwrapped[rounds &- 1]
  }

  /// Puts an object into the loaded magazine; false when it is full.
  @inlinable @inline(__always)
  func push(_ object: UnsafeMutableRawPointer) -> Bool {
    let counters = counters
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    guard rounds < Int(magazines.pointee.capacity) else { return false }
    magazines.pointee.slots.unsafelyUnwrapped[rounds] = object
    counters.pointee.rounds.store(rounds &+ 1, ordering: .relaxed)
    return true
  }

  /// Objects in both magazines.
  var heldRounds: Int {
    counters.pointee.rounds.load(ordering: .relaxed) + counters.pointee.previousRounds.load(ordering: .relaxed)
  }

  /// Allocations that are still reserved.
  var reservedRounds: Int {
    max(0, magazines.pointee.reservedUntil - counters.pointee.allocations.load(ordering: .relaxed))
  }

  /// The loaded magazine becomes the previous one and the other way round.
  func swapMagazines() {
    swap(&magazines.pointee.slots, &magazines.pointee.previousSlots)
    let loaded = counters.pointee.rounds.load(ordering: .relaxed)
    counters.pointee.rounds.store(counters.pointee.previousRounds.load(ordering: .relaxed), ordering: .relaxed)
    counters.pointee.previousRounds.store(loaded, ordering: .relaxed)
  }
}

/// The owner's half of a `CPUCache`.
@usableFromInline
struct LoadedMagazines {
  /// The loaded magazine's objects, nil until the CPU first uses the cache.
  @usableFromInline var slots: UnsafeMutablePointer<UnsafeMutableRawPointer>?
  @usableFromInline var previousSlots: UnsafeMutablePointer<UnsafeMutableRawPointer>?
  /// Rounds up to which `push` fills the loaded magazine; 0 sends every free out of line, where a cache's objects are to
  /// be looked at one by one.
  @usableFromInline var capacity: Int32 = 0
  /// Objects to ask of the slabs at the next refill: doubles from refill to refill up to the magazine's size, so that a
  /// cache that is hardly used hoards little.
  @usableFromInline var refillBatch: Int32 = 0
  /// Up to this count of the CPU's allocations, its magazines' rounds are reserved (see `EngineCPU.reserve`).
  @usableFromInline var reservedUntil = 0

  init() {}
}

/// The half of a `CPUCache` that samplers read. Only the owner writes, hence a relaxed load and store where several
/// writers would need a locked instruction.
@usableFromInline
struct CPUCacheCounters: ~Copyable {
  /// Objects in the loaded magazine.
  @usableFromInline let rounds: Atomic<Int>
  /// Objects in the previous magazine.
  @usableFromInline let previousRounds: Atomic<Int>
  /// Objects this CPU allocated, ever.
  @usableFromInline let allocations: Atomic<Int>
  /// In engines that keep records: bytes asked for by this CPU's allocations less those of the objects it freed. May be
  /// negative on one CPU; the sum over CPUs is what live objects' owners asked for.
  @usableFromInline let requestedBytes: Atomic<Int>

  @inlinable @inline(__always)
  func countAllocation() {
    allocations.store(allocations.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  @inlinable @inline(__always)
  func addRequested(_ bytes: Int) {
    requestedBytes.store(requestedBytes.load(ordering: .relaxed) &+ bytes, ordering: .relaxed)
  }
}

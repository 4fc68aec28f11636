public import Synchronization

/// A per-CPU cache: the two magazines and the counters of one CPU for one cache (Bonwick and Adams, 2001), in one cache
/// line. The value is a trivial handle.
///
///     address ─▶ ┌ LoadedMagazines: owner only ┬ CPUCacheCounters: written by the owner, read by any thread ┐
///                0                             32                                                           64
///
/// The two halves are separate structures because other threads read the counters while the owner writes its half, and
/// a store to a field counts as a store to its structure. The per-CPU caches of all caches are reserved when the engine
/// is created, and are zero until they are used. Zero means "no magazines, no rounds", so that the first use takes the
/// slow path, which allocates the magazines.
@usableFromInline
struct CPUCache {
  @usableFromInline static let strideShift = 6
  @usableFromInline let address: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  init(cpu: UnsafeMutableRawPointer, index: Int) {
    address = cpu + index << CPUCache.strideShift + CPUState.bytes
  }

  // Both views are sound: the mapping is zero-filled, zero is a valid value of each structure, each structure occupies
  // its own half of the cache line, and no other type is ever stored there.
  @inlinable
  var magazines: UnsafeMutablePointer<LoadedMagazines> {
    @inline(__always) get { address.assumingMemoryBound(to: LoadedMagazines.self) }
  }

  @inlinable
  var counters: UnsafeMutablePointer<CPUCacheCounters> {
    @inline(__always) get { (address + 32).assumingMemoryBound(to: CPUCacheCounters.self) }
  }

  /// Removes an object from the loaded magazine; nil if the magazine is empty.
  @inlinable @inline(__always)
  func pop() -> UnsafeMutableRawPointer? {
    let counters = counters
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    guard rounds != 0 else { return nil }
    counters.pointee.rounds.store(rounds &- 1, ordering: .relaxed)
    counters.pointee.countAllocation()
    return magazines.pointee.slots.unsafelyUnwrapped[rounds &- 1]
  }

  /// Adds an object to the loaded magazine; false if the magazine is full.
  @inlinable @inline(__always)
  func push(_ object: UnsafeMutableRawPointer) -> Bool {
    let counters = counters
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    guard rounds < Int(magazines.pointee.capacity) else { return false }
    magazines.pointee.slots.unsafelyUnwrapped[rounds] = object
    counters.pointee.rounds.store(rounds &+ 1, ordering: .relaxed)
    return true
  }

  /// Number of objects in both magazines.
  var roundCount: Int {
    counters.pointee.rounds.load(ordering: .relaxed) + counters.pointee.previousRounds.load(ordering: .relaxed)
  }

  /// Number of allocations that are still reserved (see `EngineCPU.reserve(_:from:)`).
  var reservedRounds: Int {
    max(0, magazines.pointee.reservedUntil - counters.pointee.allocations.load(ordering: .relaxed))
  }

  /// Exchanges the loaded and the previous magazine.
  func swapMagazines() {
    swap(&magazines.pointee.slots, &magazines.pointee.previousSlots)
    let loaded = counters.pointee.rounds.load(ordering: .relaxed)
    counters.pointee.rounds.store(counters.pointee.previousRounds.load(ordering: .relaxed), ordering: .relaxed)
    counters.pointee.previousRounds.store(loaded, ordering: .relaxed)
  }
}

/// The half of a per-CPU cache that only the owner uses.
@usableFromInline
struct LoadedMagazines {
  /// Slots of the loaded magazine; nil until the CPU first uses the cache.
  @usableFromInline var slots: UnsafeMutablePointer<UnsafeMutableRawPointer>?
  @usableFromInline var previousSlots: UnsafeMutablePointer<UnsafeMutableRawPointer>?
  /// Number of rounds up to which `push` fills the loaded magazine. 0 makes every free take the slow path: for caches
  /// with debug checks, and for caches that return remote frees.
  @usableFromInline var capacity: Int32 = 0
  /// Number of objects that the next refill removes from the slabs. It doubles with each refill up to the magazine's
  /// size, so that a little used cache keeps few objects.
  @usableFromInline var refillBatch: Int32 = 0
  /// Value of `allocations` up to which rounds of the magazines are reserved (see `EngineCPU.reserve(_:from:)`).
  @usableFromInline var reservedUntil = 0

  init() {}
}

/// The half of a per-CPU cache that other threads read. Only the owner writes, so that each update is a relaxed load
/// and store; with several writers it would have to be an atomic read-modify-write instruction.
@usableFromInline
struct CPUCacheCounters: ~Copyable {
  /// Number of objects in the loaded magazine.
  @usableFromInline let rounds: Atomic<Int>
  /// Number of objects in the previous magazine.
  @usableFromInline let previousRounds: Atomic<Int>
  /// Number of objects that this CPU has allocated.
  @usableFromInline let allocations: Atomic<Int>
  /// Requested bytes of the objects that this CPU allocated less those of the objects that it freed; kept only if the
  /// engine keeps object records. It may be negative on one CPU; the sum over all CPUs is the number of requested bytes
  /// of the live objects.
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

public import Synchronization

/// A per-CPU cache: the two magazines and the counters of one CPU for one cache (Bonwick and Adams, 2001), in one cache
/// line. The value is a trivial handle.
///
///     address ─▶ ┌ LoadedMagazines: owner only ┬ CPUCacheCounters: written by the owner, read by any thread ┐
///                0                             24                                                           64
///
/// The loaded magazine is a stack of addresses between `base` and `end`. `top` is the only word that an allocation or a
/// free moves, and an object is one load away from it:
///
///     base ─▶ ┌ object ┬ object ┬ object ┬        ┬        ┐ ◀─ end
///                                        ▲ top
///
/// The two parts are separate structures because other threads read the counters while the owner writes its part, and
/// a store to a field counts as a store to its structure. The per-CPU caches of all caches are reserved when the engine
/// is created, and are zero until they are used. Zero is an empty magazine (`top` equals `base`) that is also full
/// (`top` is not below `end`), so that the first use takes the slow path, which allocates the magazines.
@usableFromInline
struct CPUCache {
  @usableFromInline static let strideShift = 6
  @usableFromInline let address: UnsafeMutableRawPointer

  /// Creates a handle.
  /// - Parameter offset: Offset in the CPU's memory; see `offset(ofIndex:)`.
  @inlinable @inline(__always)
  init(cpu: UnsafeMutableRawPointer, offset: Int) { address = cpu + offset }

  /// Returns the offset of the per-CPU cache of the cache with an index in each CPU's memory. Handles, general caches and
  /// the cache map have this offset instead of the index, so that the hot path has nothing to compute.
  @inlinable @inline(__always)
  static func offset(ofIndex index: Int) -> Int { index << CPUCache.strideShift + CPUState.bytes }

  /// Returns the index of the cache whose per-CPU caches have this offset. In engines that capture data, the offset may be
  /// that in a handle or that of the per-CPU caches (see `RecordPlace`).
  static func index(atOffset offset: Int) -> Int {
    #if Capture
      let offset = offset < RecordPlace.distance ? offset : offset - RecordPlace.distance
    #endif
    return (offset - CPUState.bytes) >> CPUCache.strideShift
  }

  // Both views are sound: the mapping is zero-filled, zero is a valid value of each structure, each structure occupies
  // its own part of the cache line, and no other type is ever stored there.
  @inlinable
  var magazines: UnsafeMutablePointer<LoadedMagazines> {
    @inline(__always) get { address.assumingMemoryBound(to: LoadedMagazines.self) }
  }

  @inlinable
  var counters: UnsafeMutablePointer<CPUCacheCounters> {
    @inline(__always) get { (address + 24).assumingMemoryBound(to: CPUCacheCounters.self) }
  }

  /// Removes an object from the loaded magazine; nil if the magazine is empty.
  @inlinable @inline(__always)
  func pop() -> UnsafeMutableRawPointer? {
    let counters = counters
    let top = counters.pointee.top.load(ordering: .relaxed)
    guard _fastPath(top != counters.pointee.base.load(ordering: .relaxed)) else { return nil }
    counters.pointee.top.store(top &- 8, ordering: .relaxed)
    counters.pointee.countAllocation()
    // A slot below `top` and not below `base` contains an object that `push`, `append` or a refill stored.
    return Magazine.Slots(bitPattern: top &- 8).unsafelyUnwrapped.pointee
  }

  /// Adds an object to the loaded magazine; false if the magazine is full.
  @inlinable @inline(__always)
  func push(_ object: UnsafeMutableRawPointer) -> Bool {
    let counters = counters
    let top = counters.pointee.top.load(ordering: .relaxed)
    guard _fastPath(top < magazines.pointee.end) else { return false }
    // A slot below `end` is in the loaded magazine.
    Magazine.Slots(bitPattern: top).unsafelyUnwrapped.pointee = object
    counters.pointee.top.store(top &+ 8, ordering: .relaxed)
    return true
  }
}

/// The part of a per-CPU cache that only the owner uses.
@usableFromInline
struct LoadedMagazines {
  /// Address at which `push` stops: behind the slots of the loaded magazine that may be filled. 0 makes every free take
  /// the slow path: for caches with debug checks, and for caches that return remote frees.
  @usableFromInline var end: UInt = 0
  /// Slots of the previous magazine; nil until the CPU first uses the cache.
  var previousSlots: Magazine.Slots?
  /// Low 32 bits of the value of `allocations` up to which rounds are reserved (see `EngineCPU.reserve(_:from:)`); 0 if
  /// there is no reservation.
  var reservedUntil: UInt32 = 0
  /// Number of rounds up to which a magazine is filled; 0 if `end` is always 0.
  var capacity: UInt16 = 0
  /// Number of objects that the next refill removes from the slabs. It doubles with each refill up to the magazine's
  /// size, so that a little used cache keeps few objects.
  var refillBatch: UInt16 = 0

  init() {}
}

/// The part of a per-CPU cache that other threads read. Only the owner writes, so that each update is a relaxed load
/// and store; with several writers it would have to be an atomic read-modify-write instruction.
@usableFromInline
struct CPUCacheCounters: ~Copyable {
  /// Address behind the last object of the loaded magazine.
  @usableFromInline let top: Atomic<UInt>
  /// Address of the first slot of the loaded magazine; 0 until the CPU first uses the cache.
  @usableFromInline let base: Atomic<UInt>
  /// Number of objects that this CPU has allocated.
  @usableFromInline let allocations: Atomic<Int>
  /// Number of objects in the previous magazine.
  let previousRounds: Atomic<Int32>
  /// Incremented before and after the magazines are exchanged, hence odd meanwhile.
  let exchanges: Atomic<UInt32>

  @inlinable @inline(__always)
  func countAllocation() {
    allocations.store(allocations.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }
}

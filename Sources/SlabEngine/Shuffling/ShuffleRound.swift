internal import Glibc
internal import Synchronization

/// A round of a shuffler: processes one pool after the other until the budget is spent.
struct ShuffleRound {
  private let engine: SlabEngine
  private let budget: ShuffleBudget
  private(set) var ledger: ShuffleLedger
  private var bytesLeft: Int
  private var unknown = 0
  private let start: UInt64

  init(engine: SlabEngine, budget: ShuffleBudget, ledger: ShuffleLedger) {
    self.engine = engine
    self.budget = budget
    self.ledger = ledger
    bytesLeft = budget.bytesPerRound
    start = ShuffleRound.now()
  }

  private static func now() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }

  private var isSpent: Bool { bytesLeft <= 0 || ShuffleRound.now() - start >= budget.nanosecondsPerRound }

  /// Runs the round, beginning with the pool at index `first`.
  /// - Returns: The index of the pool with which the next round begins.
  mutating func run(from first: Int) -> Int {
    let pools = engine.pools
    var done = 0
    while done < pools.count, !isSpent {
      shuffle(pools[(first + done) % pools.count])
      done += 1
    }
    releasePages()
    // Objects that no mover knew are free in magazines. Memory pressure makes the CPUs drain those before the next
    // round.
    if unknown > 0 { engine.pressure.add(1, ordering: .relaxed) }
    ledger.rounds += 1
    ledger.nanoseconds += ShuffleRound.now() - start
    return pools.isEmpty ? 0 : (first + done) % pools.count
  }

  // MARK: - Evacuation of a pool's slabs

  private mutating func shuffle(_ pool: GuardedPool) {
    let began = ShuffleRound.now()
    let isMemoryShort = engine.pages.withLock(\.allocator.isShort)
    let (members, holder) = pool.withLock { pool in
      pool.decayPeak(isMemoryShort: isMemoryShort)
      return (pool.members.all.compactMap { engine.cache(at: $0) }, pool.members.holder)
    }
    guard let name = engine.cacheIncludingDestroyed(at: holder)?.name else { return }
    // Objects in depots are free, and no mover knows them. They must be returned to their slabs first.
    let inDepots = members.reduce(0) { $0 + $1.descriptor.pointee.depot.objects.load(ordering: .relaxed) }
    let isFragmented = pool.withLock { $0.isFragmented(beyond: budget.freeShare, inDepots: inDepots) }
    if isFragmented { for cache in members { engine.drainDepot(of: cache) } }
    let canMove = isFragmented && members.contains { engine.mover(of: $0) != nil }
    let candidates =
      canMove ? pool.withLock { pool in pool.sparseSlabs().map { ($0, free: pool.freeObjects(of: $0)) } } : []
    var entry = ledger.caches[name] ?? ShuffleLedger.Entry()
    var failures = 0
    for (frame, free) in candidates {
      // Earlier evacuations have filled other slabs, so that the objects of this one may not fit any more.
      guard !isSpent, failures < ShuffleRound.maximumFailures, pool.withLock({ $0.hasRoomElsewhere(than: frame) })
      else {
        break
      }
      // A slab with fewer free objects has served as a target meanwhile. To evacuate it would move those objects again.
      guard let objects = pool.withLock({ $0.beginEvacuation(frame, withFreeObjects: free) }) else { continue }
      failures = evacuate(objects, of: frame, pool, &entry) ? 0 : failures + 1
    }
    entry.pagesReclaimed += engine.releaseEmptySlabs(of: pool)
    entry.nanoseconds += ShuffleRound.now() - began
    // No entry is added for a cache without cost and benefit.
    if entry.pagesReclaimed > 0 || !candidates.isEmpty { ledger.caches[name] = entry }
  }

  /// Number of consecutive slabs that cannot be evacuated after which the round leaves a pool, because its objects are
  /// probably in magazines.
  private static let maximumFailures = 8

  /// Evacuates a slab for which `beginEvacuation` was called: moves its objects to fuller slabs, and returns its pages.
  /// The evacuation stops at the first object that cannot be moved, because moving the others would not free the slab.
  ///
  /// The objects of one cache are processed together, so that locks are taken once per slab instead of once per object.
  /// - Returns: Whether the slab became empty.
  private mutating func evacuate(
    _ objects: [SlabPool.ObjectInUse], of frame: UInt32, _ pool: GuardedPool, _ entry: inout ShuffleLedger.Entry
  ) -> Bool {
    var last = MoveAnswer.yes
    var rest = objects[...]
    while let owner = rest.first?.owner, last == .yes || last == .dontNeed {
      let ofOwner = rest.prefix { $0.owner == owner }
      rest = rest.dropFirst(ofOwner.count)
      guard let answer = move(ofOwner, of: owner, in: pool, &entry) else { break }
      last = answer
    }
    let isEmpty = pool.withLock { $0.finishEvacuation(frame, isPinned: last == .no) }
    if isEmpty {
      entry.slabsEvacuated += 1
      let pages = engine.releaseEmptySlab(frame, of: pool)
      entry.pagesEvacuated += pages
      entry.pagesReclaimed += pages
    } else {
      entry.slabsPinned += 1
    }
    return isEmpty
  }

  /// Moves objects of one cache out of a slab until its mover refuses one.
  /// - Returns: The last answer; nil if the other slabs have no room for all objects.
  private mutating func move(
    _ objects: ArraySlice<SlabPool.ObjectInUse>, of owner: Int, in pool: GuardedPool,
    _ entry: inout ShuffleLedger.Entry
  ) -> MoveAnswer? {
    guard let cache = engine.cache(at: owner) else { return .dontKnow }
    guard let mover = engine.mover(of: cache) else {
      entry.answers[.no, default: 0] += 1
      return .no
    }
    cache.descriptor.pointee.transfers.begin()
    defer { cache.descriptor.pointee.transfers.end() }
    let targets = engine.allocateMoveTargets(pool, objects.count, for: cache)
    var (free, answer) = ([UnsafeMutableRawPointer](), MoveAnswer.yes)
    var answered = 0
    for (object, target) in zip(objects, targets) {
      answer = mover(ObjectMove(from: object.address, to: target, bytes: cache.objectSize, engine: engine))
      entry.answers[answer, default: 0] += 1
      answered += 1
      switch answer {
      case .yes:
        free.append(object.address)
        entry.objectsMoved += 1
        entry.bytesMoved += cache.objectSize
        bytesLeft -= cache.objectSize
      case .dontNeed:
        engine.endRecord(of: object.address, cache)
        free += [target, object.address]
      case .no, .later, .dontKnow:
        if answer == .dontKnow { unknown += 1 }
        free.append(target)
      }
      if answer != .yes, answer != .dontNeed { break }
    }
    free += targets.dropFirst(answered)
    free.withUnsafeMutableBufferPointer { free in
      if let slots = free.baseAddress { engine.returnObjects(slots, count: free.count, to: cache) }
    }
    return answered == objects.count || (answer != .yes && answer != .dontNeed) ? answer : nil
  }

  // MARK: - Pages

  /// Releases the memory of free pages beyond the budget's reserve to the operating system, the largest blocks first.
  private mutating func releasePages() {
    let returned = engine.releaseFreePages(keeping: budget.backedFreePages)
    ledger.pagesReleased += returned
  }
}

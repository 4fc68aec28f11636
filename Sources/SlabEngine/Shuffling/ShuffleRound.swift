internal import Glibc
internal import Synchronization

/// One round of a shuffler: every pool in turn until the budget is spent.
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

  /// - Returns: the pool that the next round begins with.
  mutating func run(from first: Int) -> Int {
    let pools = engine.pools
    var done = 0
    while done < pools.count, !isSpent {
      shuffle(pools[(first + done) % pools.count])
      done += 1
    }
    returnPagesToSystem()
    // What no mover knew lies in magazines: before the next round, CPUs return what theirs hold.
    if unknown > 0 { engine.pressure.add(1, ordering: .relaxed) }
    ledger.rounds += 1
    ledger.nanoseconds += ShuffleRound.now() - start
    return pools.isEmpty ? 0 : (first + done) % pools.count
  }

  // MARK: A pool

  private mutating func shuffle(_ pool: GuardedPool) {
    let began = ShuffleRound.now()
    let (members, holder) = pool.withLock { pool in
      pool.forgetPeak()
      return (pool.members.all.compactMap { engine.livingCache(at: $0) }, pool.members.holder)
    }
    guard let name = engine.caches(at: holder)?.name else { return }
    // Objects in depots are free, and nobody's to move: they go back to their slabs first.
    let inDepots = members.reduce(0) { $0 + $1.descriptor.pointee.depot.objects.load(ordering: .relaxed) }
    let isFragmented = pool.withLock { $0.isFragmented(beyond: budget.freeShare, inDepots: inDepots) }
    if isFragmented { for cache in members { engine.drainDepot(of: cache) } }
    let canMove = isFragmented && members.contains { engine.mover(of: $0) != nil }
    let candidates = canMove ? pool.withLock { $0.sparseSlabs() } : []
    var entry = ledger.caches[name] ?? ShuffleLedger.Entry()
    var fruitless = 0
    for frame in candidates {
      // Earlier evacuations have filled the other slabs: what is left may not fit.
      guard !isSpent, fruitless < ShuffleRound.patience, pool.withLock({ $0.hasRoomElsewhere(than: frame) }) else {
        break
      }
      guard let objects = pool.withLock({ $0.setApart(frame) }) else { continue }
      fruitless = evacuate(objects, of: frame, pool, &entry) ? 0 : fruitless + 1
    }
    entry.pagesEarned += engine.releaseEmptySlabs(of: pool)
    entry.nanoseconds += ShuffleRound.now() - began
    // A cache that never cost or earned anything needs no entry.
    if entry.pagesEarned > 0 || !candidates.isEmpty { ledger.caches[name] = entry }
  }

  /// Slabs in a row that keep an object, after which a pool is left for this round: its objects are in magazines.
  private static let patience = 8

  /// Moves the objects of a slab that was set apart to fuller slabs and returns its pages, if all of them may be moved.
  /// The first that may not ends it: moving the others would cost and earn nothing.
  ///
  /// Places for one cache's objects are taken together, and what was moved is put back together: a lock a slab, not an
  /// object.
  /// - Returns: whether the slab's pages were returned.
  private mutating func evacuate(
    _ objects: [SlabPool.ObjectOut], of frame: UInt32, _ pool: GuardedPool, _ entry: inout ShuffleLedger.Entry
  ) -> Bool {
    var last = MoveAnswer.yes
    var rest = objects[...]
    while let owner = rest.first?.owner, last == .yes || last == .dontNeed {
      let ofOwner = rest.prefix { $0.owner == owner }
      rest = rest.dropFirst(ofOwner.count)
      guard let answer = move(ofOwner, of: owner, in: pool, &entry) else { break }
      last = answer
    }
    let isEmpty = pool.withLock { $0.endSettingApart(frame, isPinned: last == .no) }
    if isEmpty {
      entry.slabsEvacuated += 1
      let pages = engine.releaseEmptySlab(frame, of: pool)
      entry.pagesEvacuated += pages
      entry.pagesEarned += pages
    } else {
      entry.slabsKept += 1
    }
    return isEmpty
  }

  /// Moves one cache's objects out of a slab, as far as its mover agrees.
  /// - Returns: the last answer; nil when no other slab has room for all.
  private mutating func move(
    _ objects: ArraySlice<SlabPool.ObjectOut>, of owner: Int, in pool: GuardedPool,
    _ entry: inout ShuffleLedger.Entry
  ) -> MoveAnswer? {
    guard let cache = engine.livingCache(at: owner) else { return .dontKnow }
    guard let mover = engine.mover(of: cache) else {
      entry.answers[.no, default: 0] += 1
      return .no
    }
    let targets = engine.takeFromFuller(pool, objects.count, for: cache)
    var (free, answer) = ([UnsafeMutableRawPointer](), MoveAnswer.yes)
    var asked = 0
    for (object, target) in zip(objects, targets) {
      answer = mover(ObjectMove(from: object.address, to: target, bytes: cache.objectSize, engine: engine))
      entry.answers[answer, default: 0] += 1
      asked += 1
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
    free += targets.dropFirst(asked)
    free.withUnsafeMutableBufferPointer { free in
      if let slots = free.baseAddress { engine.putBack(slots, count: free.count, to: cache) }
    }
    return asked == objects.count || (answer != .yes && answer != .dontNeed) ? answer : nil
  }

  // MARK: Pages

  /// Gives the system the pages of free blocks beyond the reserve, the largest blocks first.
  private mutating func returnPagesToSystem() {
    let returned = engine.returnFreePages(keeping: budget.backedFreePages)
    ledger.pagesToSystem += returned
  }
}

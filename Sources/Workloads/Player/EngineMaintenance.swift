package import SlabEngine

/// Background work on an engine, done every 100 ms of the source's clock and hence at the same events in each replay: the depots return
/// objects that were not used in an interval, and slabs are shuffled if the policy asks for it.
struct EngineMaintenance {
  /// Time at which the work is next due, on the source's clock; 0 before the first event, which starts the intervals.
  private(set) var nextTime: UInt64 = 0
  /// Ticks between two rounds.
  let interval: UInt64
  /// Shuffler of the engine's slabs; nil if they are not shuffled.
  var shuffler: Shuffler?
  private let drainedMagazines: MagazineDraining
  private let movesObjects: Bool

  /// Microseconds between two rounds.
  static let microseconds = 100_000.0
  /// Greatest number of rounds in one gap between events: after so many, no work is left.
  private static let maximumRoundsAtOnce = 64
  /// Number of rounds without work after which no further round has any: depots consider one interval, and reserves shrink by
  /// steps.
  private static let idleRounds = 4

  /// - Parameter movesObjects: Whether any cache has a mover of its objects.
  init(_ engine: SlabEngine, policy: Policy, movesObjects: Bool, ticksPerSecond: UInt64) {
    interval = max(1, (ticksPerSecond == 0 ? 1_000_000 : ticksPerSecond) / 10)
    shuffler = policy.shuffling.map { Shuffler(engine, budget: $0) }
    drainedMagazines = policy.drainedMagazines
    self.movesObjects = movesObjects
  }

  /// Whether the first event of this loop was played.
  var hasStarted: Bool { nextTime > 0 }

  /// Starts new intervals at the next event.
  mutating func restart() { nextTime = 0 }

  /// Does the rounds that are due up to a time on the source's clock.
  @inline(never)
  mutating func run(
    upTo time: UInt64, _ engine: SlabEngine, _ cpus: UnsafeMutablePointer<EngineCPU>, _ objects: PlayerObjects
  ) {
    guard hasStarted else {
      nextTime = time + interval
      return
    }
    var (rounds, idle) = (0, 0)
    while nextTime <= time {
      if rounds == EngineMaintenance.maximumRoundsAtOnce || idle == EngineMaintenance.idleRounds {
        nextTime = time - (time - nextTime) % interval
      } else {
        idle = runRound(engine, cpus, objects) ? 0 : idle + 1
        rounds += 1
      }
      nextTime += interval
    }
  }

  /// - Returns: whether there was any work.
  private func runRound(_ engine: SlabEngine, _ cpus: UnsafeMutablePointer<EngineCPU>, _ objects: PlayerObjects) -> Bool
  {
    let returned = engine.reap(returningEmptySlabs: shuffler == nil)
    let hasDrained = drainMagazines(engine, cpus)
    guard let shuffler else { return returned > 0 || hasDrained }
    objects.beginShufflingRound()
    let hasShuffled = shuffler.step()
    return hasShuffled || returned > 0 || hasDrained
  }

  /// Returns the objects in the magazines that the policy drains to their slabs. The player's thread drives every CPU, so that it may
  /// empty their magazines. If objects are moved, all magazines are drained, because their objects would pin slabs.
  /// - Returns: whether magazines were drained because their caches shrank; draining in every round does not count as work.
  private func drainMagazines(_ engine: SlabEngine, _ cpus: UnsafeMutablePointer<EngineCPU>) -> Bool {
    let caches: [SlabCache]
    switch shuffler != nil && movesObjects ? .always : drainedMagazines {
    case .never: return false
    case .shrinking: caches = engine.cachesThatShrank()
    case .always: caches = engine.caches
    }
    for cache in caches {
      for cpu in 0..<engine.configuration.cpus { cpus[cpu].drain(cache) }
      engine.drainDepot(of: cache)
    }
    return drainedMagazines == .shrinking && !caches.isEmpty
  }
}

extension Player {
  /// The shuffler of the engine's slabs; nil if they are not shuffled.
  package var shuffler: Shuffler? { maintenance.shuffler }

  /// Shuffles slabs within a budget from now on; nil stops shuffling.
  package mutating func setShuffling(_ budget: ShuffleBudget?) {
    // The next shuffler counts from 0.
    (movedBefore, returnedBefore) = (progress.objectsMoved ?? 0, progress.pagesReturned ?? 0)
    maintenance.shuffler = budget.map { Shuffler(engine, budget: $0) }
  }

  /// Does the background work that is due up to a time on the source's clock.
  mutating func maintainEngine(upTo time: UInt64) {
    maintenance.run(upTo: time, engine, cpus, objects)
    guard let total = shuffler?.ledger.total else { return }
    progress.objectsMoved = movedBefore + total.objectsMoved
    progress.pagesReturned = returnedBefore + total.pagesReclaimed
  }

  /// Returns all unused memory of the engine to its page allocator, as kmem_cache_shrink of every cache does.
  package func shrink() {
    for cache in engine.caches {
      for cpu in 0..<engine.configuration.cpus { engine.cpu(cpu).drain(cache) }
      engine.shrink(cache)
    }
  }
}

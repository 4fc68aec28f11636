import Profiles

/// Sums of the counters of the BPF program `slab_traffic`, from which the profile is made. Without BPF: it is tested on its own.
///
/// Allocations are all counted. The ends of objects are counted for the objects that are followed, one in 2^shift; they are
/// multiplied by 2^shift. The shift only grows: then the objects that are no longer chosen are removed, and those that remain stand
/// for more.
struct TrafficTally {
  /// Sums of a context.
  private struct Context {
    var requestedBytes: Int
    var allocatedBytes: Int
    /// Index in `caches`.
    var cache: Int
    /// All allocations.
    var allocations = 0
    /// Followed objects that are live; not multiplied.
    var live = 0
    // Ends of objects, each multiplied by 2^shift at its time.
    var frees = 0, remoteFrees = 0, unseenFrees = 0, moved = 0
    var lifetimes = [Int](repeating: 0, count: TrafficCounts.lifetimeBuckets)
    var liveMicroseconds = 0
  }

  private var contexts: [Context?] = []
  /// Names of the caches, in the order of their first contexts.
  private var caches: [String] = []
  private var cacheNumbers: [String: Int] = [:]
  /// Contexts of the profile, by number; nil for numbers that are not in use.
  private(set) var names: [AllocationContext?] = []
  private var moments = CounterMoments()
  /// Microseconds from the start to the last reading.
  private(set) var microseconds = 0
  /// One object in 2^shift is followed.
  private(set) var shift = 0
  private var hasSampled = false

  /// Number of followed objects that are live.
  var followedObjects: Int { contexts.reduce(0) { $0 + max(0, $1?.live ?? 0) } }

  /// Adds the next context.
  mutating func addContext(_ name: AllocationContext?) {
    names.append(name)
    contexts.append(
      name.map {
        Context(
          requestedBytes: $0.requestedBytes, allocatedBytes: $0.allocatedBytes, cache: number(ofCache: $0.cache))
      })
  }

  private mutating func number(ofCache name: String) -> Int {
    if let number = cacheNumbers[name] { return number }
    cacheNumbers[name] = caches.count
    caches.append(name)
    return caches.count - 1
  }

  /// Sets the share of followed objects: one in 2^shift from now on.
  mutating func setShift(_ shift: Int) {
    self.shift = shift
    if shift > 0 { hasSampled = true }
  }

  /// Adds the increase of a context's counters.
  mutating func add(_ counts: TrafficCounts, to number: Int) {
    guard var context = contexts[number] else { return }
    // The array of the lifetimes is changed in place.
    contexts[number] = nil
    context.allocations += counts.allocations
    context.live += counts.live
    context.frees += counts.frees << shift
    context.remoteFrees += counts.remoteFrees << shift
    context.unseenFrees += counts.unseenFrees << shift
    context.moved += counts.moved << shift
    for bucket in counts.lifetimes.indices { context.lifetimes[bucket] += counts.lifetimes[bucket] << shift }
    // Objects with known bytes in use are counted in the context of the bytes when they end.
    if names[number]?.usedBytes != nil { context.live += counts.frees }
    contexts[number] = context
  }

  /// Removes an object that is no longer followed.
  mutating func drop(from number: Int) {
    if number < contexts.count { contexts[number]?.live -= 1 }
  }

  /// Ends a reading of all counters.
  /// - Parameters:
  ///   - microseconds: Time since the start.
  ///   - events: Allocations and frees since the start.
  mutating func endReading(microseconds: Int, events: Int) {
    let interval = max(0, microseconds - self.microseconds)
    self.microseconds = microseconds
    var live = [Int32](repeating: 0, count: contexts.count)
    for number in contexts.indices {
      let objects = max(0, contexts[number]?.live ?? 0) << shift
      contexts[number]?.liveMicroseconds += objects * interval
      live[number] = Int32(clamping: objects)
    }
    moments.add(microseconds: microseconds, events: events, liveObjects: live)
  }

  /// Numbers of objects of a context. `allocated` is the sum of the others, unless some objects are not followed.
  private struct Objects {
    var allocated = 0
    var live = 0
    var unseenFrees = 0
    var freed = 0
  }

  private func objects(of number: Int) -> Objects {
    var objects = Objects()
    guard let context = contexts[number] else { return objects }
    let isPart = names[number]?.usedBytes != nil
    objects.allocated = isPart ? context.frees : max(0, context.allocations - context.moved)
    objects.live = isPart ? 0 : min(max(0, context.live) << shift, objects.allocated)
    objects.unseenFrees = min(context.unseenFrees, objects.allocated - objects.live)
    let ended = objects.allocated - objects.live - objects.unseenFrees
    // Without sampling all frees are known. With sampling, the rest of the allocations has ended.
    objects.freed = hasSampled ? ended : min(context.frees, ended)
    return objects
  }

  /// Returns the figures of a context; all 0 for a number that is not in use.
  func figures(of number: Int, ages: LifetimeHistogram = LifetimeHistogram()) -> AllocationFigures {
    var figures = AllocationFigures()
    guard let context = contexts[number] else { return figures }
    let objects = objects(of: number)
    (figures.allocObjects, figures.liveObjects) = (objects.allocated, objects.live)
    figures.unseenFrees = objects.unseenFrees
    figures.freeObjects = objects.freed
    let share = context.frees == 0 ? 0 : Double(figures.freeObjects) / Double(context.frees)
    figures.remoteFrees = Int((Double(context.remoteFrees) * share).rounded())
    figures.lifetimes = TrafficTally.scaled(context.lifetimes, to: context.frees == 0 ? 0 : figures.freeObjects)
    figures.requestedBytes = figures.allocObjects * context.requestedBytes
    figures.allocBytes = figures.allocObjects * context.allocatedBytes
    figures.liveRequestedBytes = figures.liveObjects * context.requestedBytes
    figures.liveBytes = figures.liveObjects * context.allocatedBytes
    figures.liveObjectMicroseconds = context.liveMicroseconds
    figures.ages = ages
    return figures
  }

  /// Returns the profile up to the last reading.
  /// - Parameters:
  ///   - source: Origin of the profile.
  ///   - ages: Ages of the live objects, by number of the context; empty if they were not read.
  ///   - sums: Sums over all contexts.
  ///   - allocationsByCPU: Allocated objects by CPU.
  ///   - freesByCPU: Freed objects by allocating and freeing CPU.
  func profile(
    source: ProfileSource, ages: [LifetimeHistogram], sums: TrafficSums, allocationsByCPU: [Int], freesByCPU: [[Int]]
  ) -> (profile: AllocationProfile, indices: [Int?]) {
    let figures = contexts.indices.map { number in
      self.figures(of: number, ages: number < ages.count ? ages[number] : LifetimeHistogram())
    }
    // Two CPUs that meet a new context at the same time take a number each, one of which is never used.
    let used = zip(names, figures).map { $1.allocObjects > 0 ? $0 : nil }
    return AllocationProfile.ofCounts(
      source: source, names: used, figures: figures, moments: moments, allocObjectsByCPU: allocationsByCPU,
      freesByCPU: freesByCPU, failedAllocations: sums.failedAllocations, unmatchedFrees: sums.unmatchedFrees)
  }

  /// Traffic by name of the cache.
  /// - Complexity: O(contexts).
  var balances: [String: CacheTraffic] {
    var balances = [CacheTraffic](repeating: CacheTraffic(), count: caches.count)
    for number in contexts.indices {
      guard
        let (cache, requested, allocated) = contexts[number].map({ ($0.cache, $0.requestedBytes, $0.allocatedBytes) })
      else { continue }
      let objects = objects(of: number)
      balances[cache].allocObjects += objects.allocated
      balances[cache].requestedBytes += objects.allocated * requested
      balances[cache].allocBytes += objects.allocated * allocated
      balances[cache].liveObjects += objects.live
      balances[cache].liveRequestedBytes += objects.live * requested
      balances[cache].freeObjects += objects.freed
      balances[cache].unseenFrees += objects.unseenFrees
    }
    return Dictionary(uniqueKeysWithValues: zip(caches, balances))
  }

  /// Returns a histogram in the same proportions whose sum is `count`. Rounding is carried from bucket to bucket.
  private static func scaled(_ buckets: [Int], to count: Int) -> LifetimeHistogram {
    let total = buckets.reduce(0, +)
    guard total > 0, total != count else { return LifetimeHistogram(total > 0 ? buckets : []) }
    var (sum, before) = (0, 0)
    return LifetimeHistogram(
      buckets.map { bucket in
        sum += bucket
        let upTo = Int((Double(sum) / Double(total) * Double(count)).rounded())
        defer { before = upTo }
        return upTo - before
      })
  }
}

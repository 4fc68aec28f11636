internal import Synchronization

/// The depot of a cache: full and empty magazines, through which CPUs exchange objects a magazine at a time (Bonwick
/// and Adams, 2001).
///
/// The depot keeps its working set (section 3.4 of the paper, with the number of exchanges as the clock): full
/// magazines that remained unused during an interval of exchanges are surplus and are returned to the slabs. Magazines
/// are used last in, first out, so that recently freed objects are likely to be in the processor's caches.
///
/// The working set is known only after an interval. If the policy says so (`ReclaimPolicy.limitsDepots`), the depot has a limit
/// until then, so that a cache that frees many objects once does not keep them all, with eight bytes of magazine for each: a full
/// magazine above the limit is returned to the slabs. If a CPU later has to refill from the slabs, the magazines that were
/// returned are missed, and the limit grows.
struct Depot: ~Copyable {
  private struct Magazines {
    var full: UnsafeMutablePointer<Magazine>?
    var empty: UnsafeMutablePointer<Magazine>?
    var fullCount = 0
    /// Minimum of `fullCount`, and number of exchanges, in the current interval.
    var fewestFull = 0
    var exchanges = 0
    /// Number of magazines that were unused during the previous interval and have not been returned yet.
    var surplus = 0
    /// Number of full magazines up to which the depot keeps each one that it is given.
    var limit: Int

    /// Removes a surplus magazine; nil if there is none.
    mutating func removeSurplus() -> UnsafeMutablePointer<Magazine>? {
      guard surplus > 0 else { return nil }
      let left = surplus - 1
      defer { surplus = min(surplus, left) }
      return removeFull()
    }

    mutating func removeFull() -> UnsafeMutablePointer<Magazine>? {
      guard let magazine = full else { return nil }
      full = magazine.pointee.next
      fullCount -= 1
      fewestFull = min(fewestFull, fullCount)
      surplus = min(surplus, fullCount)
      return magazine
    }

    mutating func countExchange() {
      exchanges += 1
      if exchanges >= max(Depot.shortestInterval, 4 * fullCount) { endInterval() }
    }

    mutating func endInterval() { (surplus, fewestFull, exchanges) = (fewestFull, fullCount, 0) }
  }

  private static let shortestInterval = 128

  private let magazines: Guarded<Magazines>
  /// Number of objects in full magazines. It changes with the lock held; other threads read it without the lock.
  let objects = Atomic<Int>(0)
  /// Number of exchanges that had to wait for the lock.
  let contentions = Atomic<Int>(0)
  /// Number of magazines that were returned to the slabs because of the limit, and have not been missed since. It changes with
  /// the lock held.
  private let returned = Atomic<Int>(0)

  /// Creates an empty depot that keeps `limit` full magazines until more are missed.
  init(limit: Int) { magazines = Guarded(Magazines(limit: limit)) }

  deinit {
    magazines.withLock { magazines in
      for list in [magazines.full, magazines.empty] {
        var magazine = list
        while let current = magazine {
          magazine = current.pointee.next
          current.deallocate()
        }
      }
    }
    magazines.destroy()
  }

  /// Exchanges an empty magazine for a full one. Returns nil, and the caller keeps `empty`, if the depot has no full
  /// magazine.
  func exchange(forFull empty: UnsafeMutablePointer<Magazine>) -> UnsafeMutablePointer<Magazine>? {
    // Without a full magazine there is no need for the lock. A magazine that is added meanwhile is found by the next
    // exchange.
    guard objects.load(ordering: .relaxed) > 0 else {
      if returned.load(ordering: .relaxed) > 0 { raiseLimit() }
      return nil
    }
    return exchange { magazines in
      guard let magazine = magazines.removeFull() else { return nil }
      count(-magazine.pointee.rounds)
      empty.pointee.next = magazines.empty
      magazines.empty = empty
      return magazine
    }
  }

  /// Exchanges a full magazine with `rounds` objects for an empty one with at least `limit` slots, which is allocated
  /// if the depot has none.
  /// - Returns: The empty magazine, and a magazine that is surplus or above the limit, if there is one, whose objects the
  ///   caller must return to the slabs.
  func exchange(
    forEmpty magazine: UnsafeMutablePointer<Magazine>, rounds: Int, limit: Int
  ) -> (empty: UnsafeMutablePointer<Magazine>, unneeded: UnsafeMutablePointer<Magazine>?) {
    exchange { magazines in
      let unneeded = removeUnneeded(from: &magazines)
      magazine.pointee.rounds = rounds
      magazine.pointee.next = magazines.full
      magazines.full = magazine
      magazines.fullCount += 1
      count(rounds)
      while let empty = magazines.empty {
        magazines.empty = empty.pointee.next
        if empty.pointee.limit >= limit { return (empty, unneeded) }
        // The magazine was created before the capacity grew.
        empty.deallocate()
      }
      return (Magazine.make(limit: limit), unneeded)
    }
  }

  /// Ends an interval. For callers that use a clock instead of the number of exchanges.
  func endInterval() { magazines.withLock { $0.endInterval() } }

  /// Removes one surplus magazine; nil if there is none.
  func removeSurplus() -> UnsafeMutablePointer<Magazine>? { magazines.withLock { removeSurplus(from: &$0) } }

  private func removeSurplus(from magazines: inout Magazines) -> UnsafeMutablePointer<Magazine>? {
    guard let magazine = magazines.removeSurplus() else { return nil }
    count(-magazine.pointee.rounds)
    return magazine
  }

  /// Removes a magazine that is surplus or, before another one is added, above the limit; nil if there is none.
  private func removeUnneeded(from magazines: inout Magazines) -> UnsafeMutablePointer<Magazine>? {
    if let surplus = removeSurplus(from: &magazines) { return surplus }
    guard magazines.fullCount >= magazines.limit, let magazine = magazines.removeFull() else { return nil }
    count(-magazine.pointee.rounds)
    returned.add(1, ordering: .relaxed)
    return magazine
  }

  /// Raises the limit, at most to twice its value, by the number of magazines that were returned and are missed now.
  private func raiseLimit() {
    magazines.withLock { magazines in
      let missed = min(returned.load(ordering: .relaxed), magazines.limit)
      magazines.limit += missed
      returned.subtract(missed, ordering: .relaxed)
    }
  }

  /// Removes one full magazine; nil if there is none. Used to drain the depot.
  func removeFull() -> UnsafeMutablePointer<Magazine>? {
    magazines.withLock { magazines in
      guard let magazine = magazines.removeFull() else { return nil }
      count(-magazine.pointee.rounds)
      return magazine
    }
  }

  /// Calls `body` for each full magazine, with the lock held.
  func forEachFull(_ body: (UnsafeMutablePointer<Magazine>) -> Void) {
    magazines.withLock { magazines in
      var magazine = magazines.full
      while let current = magazine {
        body(current)
        magazine = current.pointee.next
      }
    }
  }

  private func exchange<Taken>(_ body: (inout Magazines) -> Taken) -> Taken {
    var contended = false
    let taken = magazines.withLock(settingContended: &contended) { magazines in
      magazines.countExchange()
      return body(&magazines)
    }
    if contended { contentions.add(1, ordering: .relaxed) }
    return taken
  }

  private func count(_ difference: Int) { objects.add(difference, ordering: .relaxed) }
}

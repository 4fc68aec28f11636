internal import Synchronization

/// A cache's store of full and empty magazines, through which CPUs exchange objects a magazine at a time (Bonwick and
/// Adams, 2001).
///
/// It keeps its working set: full magazines that lay there unused through an interval of exchanges are surplus, and go
/// back to the slabs (section 3.4 there, with exchanges for a clock). What comes back soon is met while it is still in
/// the processor's caches.
struct Depot: ~Copyable {
  private struct Magazines {
    var full: UnsafeMutablePointer<Magazine>?
    var empty: UnsafeMutablePointer<Magazine>?
    var fullCount = 0
    /// The fewest full magazines in this interval, and the exchanges in it.
    var fewest = 0
    var exchanges = 0
    /// Magazines that went unused through the interval before, and have not been returned yet.
    var surplus = 0

    mutating func takeFull() -> UnsafeMutablePointer<Magazine>? {
      guard let magazine = full else { return nil }
      full = magazine.pointee.next
      fullCount -= 1
      fewest = min(fewest, fullCount)
      surplus = min(surplus, fullCount)
      return magazine
    }

    mutating func countExchange() {
      exchanges += 1
      if exchanges >= max(Depot.shortestInterval, 4 * fullCount) { endInterval() }
    }

    mutating func endInterval() { (surplus, fewest, exchanges) = (fewest, fullCount, 0) }
  }

  private static let shortestInterval = 128

  private let magazines = Guarded(Magazines())
  /// Objects in the full magazines; changes under the lock, read by samplers without it.
  let objects = Atomic<Int>(0)
  /// Times that a CPU had to wait for another here.
  let contentions = Atomic<Int>(0)

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

  /// Swaps an empty magazine for a full one; nil, and `spent` stays the caller's, when the depot has none.
  func exchange(forFull spent: UnsafeMutablePointer<Magazine>) -> UnsafeMutablePointer<Magazine>? {
    // A look without the lock saves it where nothing is to be had; a magazine that comes meanwhile serves the next.
    guard objects.load(ordering: .relaxed) > 0 else { return nil }
    return exchange { magazines in
      guard let magazine = magazines.takeFull() else { return nil }
      count(-magazine.pointee.rounds)
      spent.pointee.next = magazines.empty
      magazines.empty = spent
      return magazine
    }
  }

  /// Keeps a magazine of objects and gives an empty one with room for `limit` for it, a new one if need be; and, for the
  /// caller to put back into the slabs, one that went unused for long, if there is one.
  func exchange(
    forEmpty magazine: UnsafeMutablePointer<Magazine>, rounds: Int, limit: Int
  ) -> (empty: UnsafeMutablePointer<Magazine>, surplus: UnsafeMutablePointer<Magazine>?) {
    exchange { magazines in
      let surplus = takeSurplus(from: &magazines)
      magazine.pointee.rounds = rounds
      magazine.pointee.next = magazines.full
      magazines.full = magazine
      magazines.fullCount += 1
      count(rounds)
      while let empty = magazines.empty {
        magazines.empty = empty.pointee.next
        if empty.pointee.limit >= limit { return (empty, surplus) }
        // From before magazines grew.
        empty.deallocate()
      }
      return (Magazine.make(limit: limit), surplus)
    }
  }

  /// Ends an interval by the clock instead: what lay unused since the last end is surplus.
  func endInterval() { magazines.withLock { $0.endInterval() } }

  /// Takes out a magazine of objects that went unused for long, if there is one.
  func takeSurplus() -> UnsafeMutablePointer<Magazine>? { magazines.withLock { takeSurplus(from: &$0) } }

  private func takeSurplus(from magazines: inout Magazines) -> UnsafeMutablePointer<Magazine>? {
    guard magazines.surplus > 0, let magazine = magazines.takeFull() else { return nil }
    magazines.surplus = max(0, magazines.surplus - 1)
    count(-magazine.pointee.rounds)
    return magazine
  }

  /// Takes out a magazine of objects, if there is one: for draining.
  func takeFull() -> UnsafeMutablePointer<Magazine>? {
    magazines.withLock { magazines in
      guard let magazine = magazines.takeFull() else { return nil }
      count(-magazine.pointee.rounds)
      return magazine
    }
  }

  /// Calls `body` for each magazine of objects.
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
    let taken = magazines.withLock(noting: &contended) { magazines in
      magazines.countExchange()
      return body(&magazines)
    }
    if contended { contentions.add(1, ordering: .relaxed) }
    return taken
  }

  private func count(_ difference: Int) { objects.add(difference, ordering: .relaxed) }
}

import Glibc
import Synchronization
import Testing

@testable import SlabEngine

/// The depot's working set (Bonwick and Adams 2001, section 3.4): full magazines that were unused during an interval
/// are surplus.
@Suite struct DepotTests {
  @Test func magazinesThatWereUnusedDuringAnIntervalAreSurplusOnce() {
    let depot = TestDepot(full: 5)
    // Two of the five magazines are used.
    depot.use(2)
    depot.add(2)
    depot.depot.endInterval()
    #expect(depot.removeSurplus() == 3)
    #expect(depot.full == 2)
  }

  @Test func magazineThatIsUsedIsNoLongerSurplus() {
    let depot = TestDepot(full: 5)
    depot.depot.endInterval()
    // All five magazines are surplus now, until four of them are used.
    depot.use(4)
    #expect(depot.add(4) == 1)
    #expect(depot.removeSurplus() == 0 && depot.full == 4)
  }

  @Test func magazinesAddedDuringAnIntervalAreNotSurplusAtItsEnd() {
    let depot = TestDepot(full: 2)
    depot.add(3)
    depot.depot.endInterval()
    #expect(depot.removeSurplus() == 2)
  }

  @Test func everyMagazineAddedToADepotWithSurplusReturnsASurplusOne() {
    let depot = TestDepot(full: 3)
    depot.depot.endInterval()
    #expect(depot.add(5) == 3)
    #expect(depot.full == 5)
  }

  @Test(arguments: [(10, 128), (100, 4 * 99)])
  func intervalHas128ExchangesOrFourForEachFullMagazine(full: Int, interval: Int) {
    let depot = TestDepot(full: full)
    // A magazine is used and put back. The exchange that ends the interval already returns a surplus magazine.
    var exchanges = 0
    repeat {
      depot.use(1)
      exchanges += 2
    } while depot.add(1) == 0 && exchanges < 1000
    #expect(exchanges == interval)
  }

  @Test func exchangeThatTakesAMagazineEndsAnIntervalToo() {
    let depot = TestDepot(full: 10)
    // With an odd number of exchanges before the pairs, the 128th takes a magazine, and the one after it returns a surplus one.
    depot.add(1)
    var exchanges = 1
    repeat {
      depot.use(1)
      exchanges += 2
    } while depot.add(1) == 0 && exchanges < 1000
    #expect(exchanges == 129)
  }

  @Test(arguments: [(4, 2 * 128), (5, 2 * 128 + 1)])
  func newDepotHasASurplusAfterTwoIntervals(full: Int, exchangesUntilSurplus: Int) {
    let depot = TestDepot()
    depot.add(full)
    // In the first interval the number of magazines began at 0, so that the second one has the first surplus.
    var exchanges = full
    while exchanges < 1000 {
      depot.use(1)
      exchanges += 2
      if depot.add(1) > 0 { break }
    }
    #expect(exchanges == exchangesUntilSurplus)
  }

  @Test func magazinesAreUsedLastInFirstOut() throws {
    let depot = TestDepot(full: 0)
    depot.add(3)
    #expect(depot.use(2) == [2, 1])
    depot.add(1)
    #expect(depot.use(2) == [3, 0])
  }

  @Test func exchangeWithADepotWithoutFullMagazinesKeepsTheEmptyOne() {
    let depot = TestDepot(full: 0)
    #expect(depot.use(1) == [])
    depot.add(1)
    #expect(depot.use(2) == [0])
  }

  @Test func exchangeThatWaitsForTheLockCountsAsOneContention() {
    let depot = TestDepot(full: 1)
    depot.use(1)
    depot.add(1)
    #expect(depot.depot.contentions.load(ordering: .relaxed) == 0)
    let shared = SharedDepot()
    let full = Magazine.make(limit: 1)
    shared.depot.exchange(forEmpty: full, rounds: 1, limit: 1).empty.deallocate()
    // Whether the thread reaches the lock while it is held is a matter of time, so that several attempts may be needed.
    while shared.depot.contentions.load(ordering: .relaxed) == 0 {
      var thread: JoinableThread?
      shared.depot.forEachFull { _ in
        thread = JoinableThread { shared.exchange() }
        usleep(1000)
      }
      thread?.join()
    }
    #expect(shared.depot.contentions.load(ordering: .relaxed) == 1)
  }

  @Test func emptyMagazinesAreReusedIfTheyHaveTheCapacity() {
    let depot = TestDepot(full: 0)
    depot.add(1)
    let small = Magazine.make(limit: 4)
    depot.depot.exchange(forFull: small)?.deallocate()
    // The depot now has the empty magazine of four slots.
    let full = Magazine.make(limit: 4)
    let (same, _) = depot.depot.exchange(forEmpty: full, rounds: 0, limit: 4)
    #expect(same == small)
    depot.add(1)
    depot.depot.exchange(forFull: same)?.deallocate()
    // The capacity has grown to eight: the magazine of four slots is freed.
    let (larger, _) = depot.depot.exchange(forEmpty: Magazine.make(limit: 8), rounds: 0, limit: 8)
    #expect(larger.pointee.limit == 8)
    larger.deallocate()
  }

  @Test func magazinesAboveTheLimitAreReturnedWhileNoneIsMissed() {
    let depot = TestDepot(limit: 2, full: 0)
    #expect(depot.add(2) == 0)
    #expect(depot.add(8) == 8)
    #expect(depot.full == 2)
  }

  @Test func missedMagazinesRaiseTheLimitAtMostToTwiceItsValue() {
    let depot = TestDepot(limit: 2, full: 0)
    // Three magazines are returned. The first exchange that finds the depot empty misses two of them, the second the third.
    depot.add(5)
    #expect(depot.use(3).count == 2)
    #expect(depot.add(6) == 2 && depot.full == 4)
    #expect(depot.use(6).count == 4)
    // The second exchange missed the last of the three, and the two that were returned since.
    #expect(depot.add(12) == 5 && depot.full == 7)
  }

  @Test func depotThatReturnedNoMagazineKeepsItsLimit() {
    let depot = TestDepot(limit: 2, full: 0)
    depot.add(2)
    #expect(depot.use(5).count == 2)
    #expect(depot.add(3) == 1 && depot.full == 2)
  }

  @Test func surplusMagazinesAreReturnedBeforeThoseAboveTheLimitAndAreNotMissed() {
    let depot = TestDepot(limit: 3, full: 3)
    depot.depot.endInterval()
    #expect(depot.add(3) == 3 && depot.full == 3)
    // The three were surplus, so that the limit remains.
    #expect(depot.use(5).count == 3)
    #expect(depot.add(4) == 1 && depot.full == 3)
  }
}

/// A depot that two threads use.
private final class SharedDepot: Sendable {
  let depot = Depot(limit: 1000)

  /// Exchanges an empty magazine for a full one, and puts the full one back.
  func exchange() {
    guard let full = depot.exchange(forFull: Magazine.make(limit: 1)) else { return }
    let (empty, surplus) = depot.exchange(forEmpty: full, rounds: 1, limit: 1)
    empty.deallocate()
    surplus?.deallocate()
  }
}

/// A depot whose magazines contain one object each: a number instead of an address, in ascending order.
private final class TestDepot {
  let depot: Depot
  private var added = 0

  /// Creates a depot with full magazines and begins an interval.
  init(limit: Int = 1000, full count: Int) {
    depot = Depot(limit: limit)
    add(count)
    depot.endInterval()
  }

  /// Creates a depot in its first interval.
  init() { depot = Depot(limit: 1000) }

  var full: Int { depot.objects.load(ordering: .relaxed) }

  /// Adds full magazines, as a CPU does that frees. Returns the number of magazines that the depot returned.
  @discardableResult
  func add(_ count: Int) -> Int {
    (0..<count).reduce(0) { sum, _ in
      let magazine = Magazine.make(limit: 1)
      // Only the number is compared, so that the pointer need not refer to memory.
      Magazine.slots(of: magazine)[0] = UnsafeMutableRawPointer(bitPattern: 8 + added)!
      added += 1
      let (empty, unneeded) = depot.exchange(forEmpty: magazine, rounds: 1, limit: 1)
      empty.deallocate()
      unneeded?.deallocate()
      return unneeded == nil ? sum : sum + 1
    }
  }

  /// Exchanges empty magazines for full ones, as a CPU does that allocates. Returns the numbers of their objects.
  @discardableResult
  func use(_ count: Int) -> [Int] {
    (0..<count).compactMap { _ in
      let empty = Magazine.make(limit: 1)
      guard let full = depot.exchange(forFull: empty) else {
        empty.deallocate()
        return nil
      }
      defer { full.deallocate() }
      return Int(bitPattern: Magazine.slots(of: full)[0]) - 8
    }
  }

  /// Removes all surplus magazines and returns their number.
  func removeSurplus() -> Int {
    var removed = 0
    while let magazine = depot.removeSurplus() {
      magazine.deallocate()
      removed += 1
    }
    return removed
  }
}

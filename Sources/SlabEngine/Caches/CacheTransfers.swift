internal import Glibc
internal import Synchronization

/// Transfers of a cache's free objects by threads other than those that use the cache: from the depot to the slabs (a
/// reclaim), or from the slabs and back as targets of moves (the shuffler). During a transfer these objects are in use
/// and in no magazine, so that they look like live objects.
struct CacheTransfers: ~Copyable {
  private let begun = Atomic<Int>(0)
  private let ended = Atomic<Int>(0)
  /// Maximum number of measurements, and microseconds between two of them.
  private static let attempts = 10_000
  private static let pause: UInt32 = 100

  func begin() { begun.add(1, ordering: .acquiringAndReleasing) }

  func end() { ended.add(1, ordering: .acquiringAndReleasing) }

  /// Measures a number of objects in use while no transfer is in progress. A transfer only adds to the number, so that 0
  /// is always right. Gives up after some attempts and returns the last number, because a mover may wait for a lock that
  /// this thread holds.
  func objectsInUse(_ measure: () -> Int) -> Int {
    var objects = 0
    for _ in 0..<CacheTransfers.attempts {
      // A transfer that ends between these loads makes the numbers differ, which only costs another attempt.
      let ended = ended.load(ordering: .acquiring)
      let begun = begun.load(ordering: .acquiring)
      objects = measure()
      if objects == 0 || (begun == ended && self.begun.load(ordering: .acquiring) == begun) { break }
      usleep(CacheTransfers.pause)
    }
    return objects
  }
}

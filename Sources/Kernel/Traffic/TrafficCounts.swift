/// Counters of a context (`struct counts` of the BPF program `slab_traffic`), or the increase of each between two reads.
struct TrafficCounts: Hashable {
  /// All allocations. The other counters are about objects that are followed.
  var allocations = 0
  /// Allocated objects.
  var followed = 0
  /// Objects that ended with a free, and of these, those that another CPU freed than the one that allocated them.
  var frees = 0, remoteFrees = 0
  /// Objects that ended without a free: their address was allocated again.
  var unseenFrees = 0
  /// Objects that ended with a free, and whose end is counted in the context of their bytes in use.
  var moved = 0
  /// Of ``frees``, by lifetime in powers of two of microseconds.
  var lifetimes = [Int](repeating: 0, count: lifetimeBuckets)

  static let lifetimeBuckets = 40
  /// Size of the counters of one CPU in bytes.
  static let bytes = 6 * 8 + lifetimeBuckets * 4
  private static let words = bytes / 4

  /// Whether all counters are 0.
  var isZero: Bool { allocations == 0 && followed == 0 && frees == 0 && unseenFrees == 0 && moved == 0 }

  /// Creates counters that are all 0.
  init() {}

  /// Sums of the increases on all CPUs since an earlier read. The buckets of lifetimes have 32 bits and may wrap around.
  /// - Parameters:
  ///   - now: Counters of a context, CPU after CPU.
  ///   - before: Counters at the earlier read; empty if there was none.
  init(_ now: ArraySlice<UInt32>, since before: ArraySlice<UInt32>) {
    for cpu in stride(from: 0, to: now.count, by: TrafficCounts.words) {
      func difference(_ word: Int) -> Int {
        func value(_ words: ArraySlice<UInt32>) -> UInt64 {
          let index = words.startIndex + cpu + word
          return words.isEmpty ? 0 : UInt64(words[index]) | UInt64(words[index + 1]) << 32
        }
        return Int(truncatingIfNeeded: value(now) &- value(before))
      }
      allocations += difference(0)
      followed += difference(2)
      frees += difference(4)
      remoteFrees += difference(6)
      unseenFrees += difference(8)
      moved += difference(10)
      for bucket in 0..<TrafficCounts.lifetimeBuckets {
        let old = before.isEmpty ? 0 : before[before.startIndex + cpu + 12 + bucket]
        lifetimes[bucket] += Int(now[now.startIndex + cpu + 12 + bucket] &- old)
      }
    }
  }

  /// Number of followed objects that are live, as a difference between two reads.
  var live: Int { followed - frees - unseenFrees - moved }
}

/// Sums over all contexts (`struct totals` of the BPF program `slab_traffic`).
struct TrafficSums: Hashable {
  var allocations = 0, frees = 0, failedAllocations = 0
  /// Allocations that no context counts, because there were too many contexts.
  var withoutContext = 0
  /// Objects that are not followed, because there were too many.
  var notFollowed = 0
  /// Frees of objects that are not followed although their address is chosen.
  var unmatchedFrees = 0
  /// Allocations whose call stack could not be stored.
  var withoutStack = 0

  /// Size of the sums of one CPU in bytes.
  static let bytes = 7 * 8

  /// Creates sums that are all 0.
  init() {}

  /// Adds the sums of all CPUs up.
  static func decode(_ words: [UInt64], cpus: Int) -> (TrafficSums, allocationsByCPU: [Int]) {
    var (sums, byCPU) = (TrafficSums(), [Int]())
    for cpu in 0..<min(cpus, words.count / 7) {
      func value(_ index: Int) -> Int { Int(clamping: words[cpu * 7 + index]) }
      sums.allocations += value(0)
      sums.frees += value(1)
      sums.failedAllocations += value(2)
      sums.withoutContext += value(3)
      sums.notFollowed += value(4)
      sums.unmatchedFrees += value(5)
      sums.withoutStack += value(6)
      byCPU.append(value(0))
    }
    return (sums, byCPU)
  }
}

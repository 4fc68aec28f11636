import Foundation
import Recordings

@testable import Workloads

/// Distribution of the objects of a network stack by allocated size and by lifetime.
struct TrafficDistribution: Codable, Equatable {
  /// Number of objects by allocated size in bytes.
  var sizes: [Int: Int] = [:]
  /// Number of objects by lifetime: four times the binary logarithm of the microseconds.
  var lifetimes: [Int: Int] = [:]
  /// Name of the event source.
  var source = ""

  /// Counts the objects in the first `limit` events of a source that were allocated at call sites of the network model.
  init(_ source: any AllocationEventSource, events limit: Int) throws {
    let sites = Set(NetworkSite.allCases.map(\.name) + TrafficDistribution.inlined)
    var source = source
    var (batch, count): ([AllocationEvent], Int) = ([], 0)
    var allocationTimes: [UInt32: UInt64] = [:]
    self.source = source.name
    while count < limit {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch.prefix(limit - count) {
        switch event.outcome {
        case .allocated, .allocatedOverLive:
          // kmalloc reports large objects twice, once for the pages; the second report is never freed.
          let name = source.symbols[Int(event.site)].prefix { $0 != "+" }
          allocationTimes[event.slot] = nil
          guard sites.contains(String(name)) else { continue }
          sizes[Int(event.allocatedBytes), default: 0] += 1
          allocationTimes[event.slot] = event.time
        case .freed:
          guard let start = allocationTimes.removeValue(forKey: event.slot) else { continue }
          lifetimes[TrafficDistribution.bucket(event.time - min(start, event.time)), default: 0] += 1
        default: break
        }
      }
      count += batch.count
    }
  }

  /// Call sites in recordings for which the model has the calling function.
  private static let inlined = ["getname_flags.part.0"]

  /// Returns the key of a lifetime in `lifetimes`.
  private static func bucket(_ microseconds: UInt64) -> Int {
    microseconds < 2 ? 0 : Int(log2(Double(microseconds)) * 4)
  }

  /// Creates the average of several distributions, all with the same weight.
  init(pooling all: [TrafficDistribution]) {
    for one in all {
      let (sizes, lifetimes) = (one.sizes.values.reduce(0, +), one.lifetimes.values.reduce(0, +))
      self.sizes.merge(one.sizes.mapValues { $0 * 1_000_000 / max(sizes, 1) }, uniquingKeysWith: +)
      self.lifetimes.merge(one.lifetimes.mapValues { $0 * 1_000_000 / max(lifetimes, 1) }, uniquingKeysWith: +)
    }
    source = "all"
  }

  /// Returns the Kolmogorov-Smirnov distance: the largest difference of the cumulative distributions.
  static func distance(_ left: [Int: Int], _ right: [Int: Int]) -> Double {
    let totals = (Double(left.values.reduce(0, +)), Double(right.values.reduce(0, +)))
    var (sums, distance) = ((0.0, 0.0), 0.0)
    for key in Set(left.keys).union(right.keys).sorted() {
      sums.0 += Double(left[key] ?? 0) / totals.0
      sums.1 += Double(right[key] ?? 0) / totals.1
      distance = max(distance, abs(sums.0 - sums.1))
    }
    return distance
  }
}

import Foundation
import Recordings

@testable import Workloads

/// How the objects of a network stack are distributed: by the bytes that the kernel sets aside for them, and by how long
/// they live, in quarters of an octave of microseconds.
struct TrafficDistribution: Codable, Equatable {
  var sizes: [Int: Int] = [:]
  var lifetimes: [Int: Int] = [:]
  /// What it was taken from.
  var source = ""

  /// Counts the objects of a source's first events that were allocated where the network model allocates.
  init(_ source: any AllocationEventSource, events limit: Int) throws {
    let sites = Set(NetworkSite.allCases.map(\.name) + TrafficDistribution.inlined)
    var source = source
    var (batch, count): ([AllocationEvent], Int) = ([], 0)
    var born: [UInt32: UInt64] = [:]
    self.source = source.name
    while count < limit {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch.prefix(limit - count) {
        switch event.outcome {
        case .allocated, .allocatedOverLive:
          // kmalloc reports large objects twice, once for the pages; the second report is never freed.
          let name = source.symbols[Int(event.site)].prefix { $0 != "+" }
          born[event.slot] = nil
          guard sites.contains(String(name)) else { continue }
          sizes[Int(event.allocatedBytes), default: 0] += 1
          born[event.slot] = event.time
        case .freed:
          guard let start = born.removeValue(forKey: event.slot) else { continue }
          lifetimes[TrafficDistribution.bucket(event.time - min(start, event.time)), default: 0] += 1
        default: break
        }
      }
      count += batch.count
    }
  }

  /// Functions that recordings name where the model names the one that called them.
  private static let inlined = ["getname_flags.part.0"]

  private static func bucket(_ microseconds: UInt64) -> Int {
    microseconds < 2 ? 0 : Int(log2(Double(microseconds)) * 4)
  }

  /// The distributions of several sources taken together, each with the same weight.
  init(pooling all: [TrafficDistribution]) {
    for one in all {
      let (sizes, lifetimes) = (one.sizes.values.reduce(0, +), one.lifetimes.values.reduce(0, +))
      self.sizes.merge(one.sizes.mapValues { $0 * 1_000_000 / max(sizes, 1) }, uniquingKeysWith: +)
      self.lifetimes.merge(one.lifetimes.mapValues { $0 * 1_000_000 / max(lifetimes, 1) }, uniquingKeysWith: +)
    }
    source = "all"
  }

  /// The largest distance of two cumulative distributions (Kolmogorov and Smirnov).
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

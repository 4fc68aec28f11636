package import Profiles

/// Demand for general caches by size: requests and live objects of each exact size of a profile. Size classes are derived from it.
///
/// Allocations from named caches and requests above ``largestSize`` are not included.
package struct SizeDemand: Sendable, Hashable {
  /// Largest request that a general cache serves, in bytes.
  package static let largestSize = 1 << 17

  /// Largest number of live objects. No machine has as many; the bytes of their slabs are within the range of an integer, whatever
  /// the file of a profile claims.
  static let mostObjects = 1 << 44

  /// Names of the sources.
  package let name: String
  /// Sizes in bytes, ascending: those of `AllocationProfile.size(of:)`.
  package let sizes: [Int]
  /// Number of requests of each size.
  package let requests: [Int]
  /// Number of live objects of each size at the peak of requested bytes.
  package internal(set) var liveAtPeak: [Int]
  /// Mean number of live objects of each size over time; over events if the source has no clock.
  package internal(set) var liveOnAverage: [Double]
  /// For each moment of the profile (rows), the largest number of live objects of each size (columns) since the moment before.
  /// Slabs are sized by the largest number, because they are not returned at once.
  package let peakLiveByMoment: [[Int32]]
  /// Number of events up to each moment.
  package let eventsByMoment: [Int]
  /// Number of events.
  package let events: Int
  /// Number of CPUs.
  package let cpus: Int

  /// Creates the demand of a profile.
  /// - Parameters:
  ///   - profile: The profile.
  ///   - cpus: Number of CPUs; nil counts the CPUs that allocate or free in the profile.
  /// - Complexity: O(contexts x moments).
  package init(_ profile: AllocationProfile, cpus: Int? = nil) {
    name = profile.sources.map(\.name).joined(separator: ", ")
    events = profile.events
    self.cpus = max(1, cpus ?? max(profile.allocObjectsByCPU.count, profile.freesByCPU.count))
    var sums: [Int: Sum] = [:]
    let atPeak = SizeDemand.liveObjectsAtPeak(of: profile)
    for (number, context) in profile.contexts.enumerated() {
      guard let size = profile.size(of: context), size <= SizeDemand.largestSize else { continue }
      sums[size, default: Sum()].add(profile.figures[number], atPeak: atPeak[number])
    }
    let used = sums.filter { $0.value.requests > 0 || $0.value.liveMicroseconds > 0 }.sorted { $0.key < $1.key }
    let microseconds = SizeDemand.meanMicroseconds(of: profile)
    let most = SizeDemand.mostObjects / max(1, used.count)
    sizes = used.map(\.key)
    requests = used.map(\.value.requests)
    liveAtPeak = used.map { min($0.value.liveAtPeak, most) }
    liveOnAverage = used.map { min(Double($0.value.liveMicroseconds) / microseconds, Double(most)) }
    let columns = Dictionary(zip(profile.sizes, 0...)) { first, _ in first }
    let moments = profile.momentsByTime
    peakLiveByMoment = moments.map { moment in
      used.map { size, _ in columns[size].map { moment.peakObjectsBySize[$0] } ?? 0 }
    }
    eventsByMoment = moments.map(\.events)
  }

  /// Creates the demand of live objects that were counted by size at several times, without the events in between. At least the
  /// live objects were requested.
  /// - Parameters:
  ///   - name: Name of the source.
  ///   - live: Live objects of each size, in any order. Of equal sizes the last counts.
  package init(name: String, live: some Sequence<(bytes: Int, atPeak: Double, onAverage: Double)>) {
    self.name = name
    let bySize = Dictionary(live.map { ($0.bytes, $0) }) { $1 }
    let used = bySize.values.filter {
      (1...SizeDemand.largestSize).contains($0.bytes) && ($0.atPeak > 0 || $0.onAverage > 0)
    }.sorted { $0.bytes < $1.bytes }
    let most = Double(SizeDemand.mostObjects / max(1, used.count))
    sizes = used.map(\.bytes)
    liveAtPeak = used.map { Int(min(max(0, $0.atPeak), most).rounded()) }
    liveOnAverage = used.map { min(max(0, $0.onAverage), most) }
    requests = zip(liveAtPeak, liveOnAverage).map { max($0, Int($1.rounded(.up))) }
    events = requests.reduce(0, +)
    (peakLiveByMoment, eventsByMoment, cpus) = ([], [], 1)
  }

  /// Sums over the contexts of one size.
  private struct Sum {
    var (requests, liveAtPeak, liveMicroseconds) = (0, 0, 0)

    mutating func add(_ figures: AllocationFigures, atPeak: Int) {
      requests += max(0, figures.allocObjects)
      liveMicroseconds += max(0, figures.liveObjectMicroseconds)
      liveAtPeak += max(0, atPeak)
    }
  }

  /// Number of all requests.
  package var requestCount: Int { requests.reduce(0, +) }

  /// Requested bytes of live objects at their peak.
  package var peakBytes: Int { zip(sizes, liveAtPeak).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Number of events up to the moment before which the live objects had the most requested bytes.
  var eventsAtPeak: Int {
    let bytes = peakLiveByMoment.map { row in zip(sizes, row).reduce(0) { $0 + $1.0 * Int($1.1) } }
    guard let peak = bytes.max(), let moment = bytes.firstIndex(of: peak) else { return 0 }
    return (eventsByMoment[moment] + (moment > 0 ? eventsByMoment[moment - 1] : 0)) / 2
  }

  /// Returns the live objects of each size that an objective counts. For the peak, objects at other times count a little, so that
  /// sizes without a live object at the peak are not ignored.
  package func objectiveWeights(_ objective: AdviceOptions.Objective) -> [Double] {
    let seen = zip(liveOnAverage, requests).map { 0.2 * $0.0 + 1e-6 * Double($0.1) }
    return objective == .peak ? zip(liveAtPeak, seen).map { Double($0.0) + $0.1 } : liveOnAverage
  }

  /// Mean duration of the sources in microseconds, at least 1. Sources that were merged count side by side, as their peaks do.
  static func meanMicroseconds(of profile: AllocationProfile) -> Double {
    let sum = profile.sources.reduce(0) { $0 + $1.microseconds }
    return max(1, Double(sum) / Double(max(1, profile.sources.count)))
  }

  /// Returns the live objects of each context at the peak. If the profile does not know them, returns those of the moment with the
  /// most allocated bytes, or those at the end if it has no moments.
  static func liveObjectsAtPeak(of profile: AllocationProfile) -> [Int] {
    if let known = profile.liveObjectsAtPeak, known.count == profile.contexts.count { return known }
    func bytes(_ moment: ProfiledMoment) -> Int {
      zip(profile.contexts, moment.liveObjects).reduce(0) {
        $0 + ($1.0.isGeneral ? $1.0.allocatedBytes * Int($1.1) : 0)
      }
    }
    let moments = profile.momentsByTime.map { (bytes($0), $0) }
    let largest = moments.max { $0.0 < $1.0 }?.1
    return largest.map { $0.liveObjects.map(Int.init) } ?? profile.figures.map(\.liveObjects)
  }
}

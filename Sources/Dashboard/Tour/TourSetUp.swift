package import Workloads

/// Machine of a step of the tour, and the page on which it is shown.
package struct TourSetUp: Sendable, Hashable {
  /// Name of the workload; nil for the running kernel.
  package let workload: String?
  /// Parameters of the workload that differ from its defaults.
  package private(set) var changes = TrafficParameterChanges()
  /// Policy of the machine, followed by those that the policy key switches to.
  package let policies: [Policy]
  /// Bytes of machine memory.
  package let memoryBytes: Int
  /// Speed of the playback.
  package let speed: PlaybackSpeed
  /// Page that the step shows at first.
  package let page: DashboardPage
  /// Columns of the cache table, the last of which it is sorted by; nil for those of the user.
  let columns: [CacheColumn]?

  /// Seed of the workloads, so that every tour has the same events.
  package static let seed: UInt64 = 1

  init(
    _ workload: String?, sizes: String? = nil, policies: [Policy], memoryBytes: Int = 64 << 20, page: DashboardPage,
    columns: [CacheColumn]? = nil, speed: PlaybackSpeed = .asRecorded(exponent: 2)
  ) {
    (self.workload, self.policies, self.memoryBytes) = (workload, policies, memoryBytes)
    (self.speed, self.page, self.columns) = (speed, page, columns)
    changes.sizes = sizes
    changes.seed = TourSetUp.seed
  }

  /// Sizes of the packets, such as "packets of 600-1160 bytes"; nil for those of the workload.
  package var packetText: String? { changes.sizes.map { "packets of \($0.prefix { $0 != ":" }) bytes" } }

  /// Description of the machine, such as "burst, packets of 600-1160 bytes, policy power-of-two, 64 MiB, speed x4".
  package var summary: String {
    guard let workload else { return "the running kernel" }
    let sizes = packetText.map { [$0] } ?? []
    let policy = policies.first.map { ["policy \($0.name)"] } ?? []
    return (["workload \(workload)"] + sizes + policy + [NumberFormat.bytes(memoryBytes), "speed \(speed)"])
      .joined(separator: ", ")
  }
}

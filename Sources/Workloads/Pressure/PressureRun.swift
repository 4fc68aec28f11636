import Recordings
import SlabEngine

/// Result of playing a workload under one policy on a machine whose memory is short and fragmented.
///
/// The load is in proportion to memory, so that machines of all sizes are equally short of it. Runs are deterministic.
package struct PressureRun: Sendable, Hashable {
  /// The policy's name.
  package let policy: String
  /// Bytes of machine memory.
  package let memoryBytes: Int
  /// Memory that slabs would use at their peak if there were enough, in percent of the memory that the memory hog leaves.
  package let loadPercent: Int
  /// Allocations that the workload requested, and those of them that failed.
  package private(set) var allocations = 0
  package private(set) var failedAllocations = 0
  /// Bytes of slabs on average over the workload's time, and at the peak.
  package private(set) var meanSlabBytes = 0
  package private(set) var peakSlabBytes = 0
  /// Page requests that the page allocator refused.
  package private(set) var refusals = 0
  /// Slabs allocated with a lower order than the planned one.
  package private(set) var orderFallbacks = 0
  /// Invariants that were violated, in words.
  package private(set) var violations: [String] = []

  /// Number of samples of slab memory.
  private static let samples = 400

  /// Plays a workload under a policy.
  /// - Parameters:
  ///   - workload: the workload, its load in proportion to memory.
  ///   - policy: the policy of the engine.
  ///   - memoryBytes: machine memory in bytes.
  ///   - loadPercent: peak slab memory that the workload has under the reference policy, in percent of the
  ///     memory that the memory hog leaves.
  ///   - hogPercent: memory that the memory hog has, in percent, in single pages with a free page beside each.
  ///   - seed: seed of the workload's random numbers.
  /// - Throws: `EngineError`, and errors of the workload's source.
  package init(
    _ workload: PressureWorkload, policy: Policy, memoryBytes: Int, loadPercent: Int, hogPercent: Int, seed: UInt64 = 1
  ) throws {
    (self.policy, self.memoryBytes, self.loadPercent) = (policy.name, memoryBytes, loadPercent)
    let free = memoryBytes / 100 * (100 - hogPercent)
    let settings = workload.settings(peakSlabBytes: free / 100 * loadPercent, seed: seed)
    try play(settings.make(), events: workload.events(settings), policy: policy, hogPercent: hogPercent)
  }

  private mutating func play(
    _ source: any AllocationEventSource, events: Int, policy: Policy, hogPercent: Int
  ) throws {
    var player = try PolicyPlayer(source, policy: policy, memoryBytes: memoryBytes, verification: .off)
    player.hogPages(memoryBytes >> 12 * hogPercent / 100, fragmenting: true)
    var (played, weighted, time) = (0, 0.0, UInt64(0))
    while played < events {
      let count = try player.play(upTo: min(max(1, events / PressureRun.samples), events - played))
      if count == 0 { break }
      played += count
      let caches = player.sample().caches
      let slabBytes = caches.reduce(0) { $0 + $1.slabBytes }
      peakSlabBytes = max(peakSlabBytes, slabBytes)
      let now = player.progress.elapsedTicks
      weighted += Double(slabBytes) * Double(now - time)
      time = now
    }
    meanSlabBytes = time == 0 ? 0 : Int(weighted / Double(time))
    let (progress, caches) = (player.progress, player.sample().caches)
    (allocations, failedAllocations) = (progress.allocations, progress.failedAllocations)
    refusals = caches.reduce(0) { $0 + $1.refusalsByOrder.reduce(0, +) }
    orderFallbacks = caches.reduce(0) { $0 + $1.fallbacksByOrder.reduce(0, +) }
    violations = player.validate()
  }
}

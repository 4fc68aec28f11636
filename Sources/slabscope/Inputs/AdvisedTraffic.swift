import Advisor
import Profiles
import Recordings

/// Traffic that `slabscope advise` gives advice on: events, which can be replayed, or a profile.
enum AdvisedTraffic {
  /// Events of a recording or a workload, of which at most `count` are used.
  case events(any AllocationEventSource, count: Int)
  case profile(AllocationProfile)

  /// Demand of the traffic for general caches.
  /// - Throws: the errors of the source.
  /// - Complexity: O(events).
  func demand() throws -> SizeDemand {
    switch self {
    case .events(let source, let count):
      SizeDemand(try AllocationProfile(of: source, upTo: count), cpus: source.cpuCount)
    case .profile(let profile): SizeDemand(profile)
    }
  }

  /// Returns the advice on the traffic.
  /// - Parameter progress: called with the number of parts done, the number of all parts, and their description.
  /// - Throws: `AdviceError`, the errors of the source, and `EngineError`.
  func report(
    _ options: AdviceOptions, joint: JointAdvice?, derivedFrom other: SizeDemand?, progress: (Int, Int, String) -> Void
  ) throws -> AdviceReport {
    switch self {
    case .events(let source, let count):
      return try AdviceReport(for: source, events: count, options, joint: joint, derivedFrom: other) {
        progress($0, $1, "\(source.name), replays of \(count) events")
      }
    case .profile(let profile): return try AdviceReport(on: profile, options, joint: joint, derivedFrom: other)
    }
  }
}

import Profiles
import Recordings

extension Input {
  /// Returns the profile of the traffic of a recording or a workload, or the profile of a file.
  /// - Parameters:
  ///   - name: Name of the input for errors.
  ///   - seconds: Number of seconds to read of a recording (default: all) or a workload (default: 1,000,000 events).
  ///   - limit: Number of events to read; nil for those of the interval.
  /// - Throws: a `Failure`: a usage failure for other inputs.
  func profile(_ name: String, seconds: Double? = nil, upTo limit: Int? = nil) throws(Failure) -> AllocationProfile {
    switch self {
    case .profile(let input):
      guard seconds == nil, limit == nil else {
        throw Failure.usage("\(name): expected a recording or a workload for --for and --events, found a profile")
      }
      return input.profile
    case .recording, .workload:
      let events = try events(name)
      do {
        guard let seconds else {
          return try AllocationProfile(of: events.source, upTo: events.count(upTo: limit))
        }
        guard let interval = SourceInterval(events.source, seconds: seconds) else {
          throw Failure.usage("\(name): --for: the times of this recording are ticks of a clock whose rate is unknown")
        }
        return try AllocationProfile(of: interval, upTo: limit ?? .max)
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure.failed("\(name): \(error)")
      }
    case .kernel:
      throw Failure.usage(
        "kernel: expected a recording, a workload or a profile; watch the running kernel first: slabscope profile kernel --for 10s "
          + "-o x.slabprofile"
      )
    case .snapshot, .history:
      throw Failure.usage("\(name): expected a recording, a workload or a profile, found \(description)")
    }
  }
}

extension AllocationProfile {
  /// Returns the merge of profiles.
  /// - Throws: a `Failure` if their sums are too large.
  static func merge(_ profiles: [AllocationProfile]) throws(Failure) -> AllocationProfile {
    let times = profiles.map { profile in profile.figures.reduce(0) { $0 + Double($1.liveObjectMicroseconds) } }
    guard times.reduce(0, +) < 0x1p62 else {
      throw Failure.failed(
        "the profiles cannot be merged: the sum of the times that their objects were live is too large")
    }
    return profiles.reduce(.empty) { $0.merged(with: $1) }
  }
}

import Recordings
import Workloads

/// Events to replay, and the identity of the input that they came from.
struct InputEvents {
  let source: any AllocationEventSource
  let identity: InputIdentity
  /// Number of events of a recording; nil for a workload, which has no end.
  let count: Int?

  /// Number of events of a workload that commands play if no number is given.
  static let defaultCountOfWorkload = 1_000_000

  /// Returns the number of events to play.
  /// - Parameter limit: the number that the user has given, if any.
  func count(upTo limit: Int?) -> Int {
    guard let count else { return limit ?? InputEvents.defaultCountOfWorkload }
    return min(limit ?? count, count)
  }
}

extension Input {
  /// Returns the events of a recording or a workload.
  /// - Throws: a usage failure that names the command for other inputs.
  func events(_ name: String) throws(Failure) -> InputEvents {
    switch self {
    case .recording(let input):
      return InputEvents(source: input.recording, identity: InputIdentity(self), count: input.recording.eventCount)
    case .workload(let settings):
      return InputEvents(source: settings.make(), identity: InputIdentity(self), count: nil)
    case .kernel, .snapshot, .history:
      throw Failure.usage(
        "\(name): expected a recording or a workload, found \(description); its slabs: slabscope snapshot \(name)")
    case .profile:
      throw Failure.usage(
        "\(name): expected a recording or a workload, found a profile; print it: slabscope profile \(name)")
    }
  }

  /// Returns the recording.
  /// - Throws: a usage failure for other inputs.
  func recording(_ name: String) throws(Failure) -> Recording {
    guard case .recording(let input) = self else {
      throw Failure.usage("\(name): expected a recording (.slabtrace), found \(description)")
    }
    return input.recording
  }

  /// Resolves names of recordings.
  /// - Throws: a `Failure`.
  static func recordings(_ names: [String]) throws -> [Recording] { try names.map { try Input($0).recording($0) } }
}

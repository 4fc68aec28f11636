import ArgumentParser
import Foundation
import ProfileHistory
import Profiles
import Recordings
import Telemetry
import Workloads

/// Inputs of a search for leaks.
struct LeakInput {
  /// Identities of the inputs, for results.
  let identities: [InputIdentity]
  private let names: [String]
  private let inputs: [Input]
  /// Seconds to examine; nil for all.
  private let span: Double?

  /// Resolves the names of inputs.
  /// - Throws: a `Failure` if they do not exist or show no growth.
  init(_ names: [String], _ changes: TrafficParameterChanges, span: Double?) throws {
    (self.names, self.span) = (names, span)
    inputs = try names.map { try Input($0, changes) }
    identities = inputs.map { InputIdentity($0) }
    guard inputs.count == 1 else { return }
    switch inputs[0] {
    case .kernel:
      throw Failure.usage(
        "\(names[0]): expected growth over time, found the running kernel at one time; record its history with slabscope "
          + "history FILE --record, then slabscope leaks FILE")
    case .snapshot:
      throw Failure.usage(
        "\(names[0]): expected two or more snapshots in the order of time, found one; name an earlier one before it")
    case .recording, .workload, .history, .profile: break
    }
  }

  /// Searches the inputs.
  /// - Throws: a `Failure`.
  func report(leastAge: Double) throws -> LeakReport {
    guard inputs.count == 1 else { return try reportOfSeveral(leastAge: leastAge) }
    switch inputs[0] {
    case .recording, .workload, .profile:
      do {
        return try inputs[0].profile(names[0], seconds: span).leakReport(leastAge: leastAge)
      } catch LeakSearchError.noMoments {
        throw Failure.failed(
          "\(names[0]): expected live objects at several times, found none: it has fewer than 64 events, or is a difference; record "
            + "for a longer time")
      } catch LeakSearchError.severalSources(let count) {
        throw Failure.failed(
          "\(names[0]): expected the profile of one source, found the sum of \(count), whose moments have no common time; name the "
            + "profiles one by one in the order of time")
      }
    case .history(let history): return try HistoryLeaks(history, span: span).report(leastAge: leastAge)
    case .kernel, .snapshot: return LeakReport([], seconds: nil, moments: 0, examined: 0, hasSites: false)
    }
  }

  /// Searches several inputs of one kind, each of which is one time.
  private func reportOfSeveral(leastAge: Double) throws -> LeakReport {
    let areEvents = inputs.map { input in
      switch input {
      case .recording, .workload, .profile: true
      case .kernel, .snapshot, .history: false
      }
    }
    if let other = areEvents.firstIndex(where: { $0 != areEvents[0] }) {
      throw Failure.usage(
        "\(names[other]): expected \(areEvents[0] ? "a recording or a workload" : "a snapshot") like \(names[0]), found "
          + inputs[other].description)
    }
    if areEvents[0] {
      let profiles = try zip(inputs, names).map {
        TimedProfile(seconds: nil, profile: try $0.profile($1, seconds: span))
      }
      return LeakReport(of: profiles, leastAge: leastAge)
    }
    return CacheGrowth(try zip(inputs, names).map { try snapshot($0, $1) }).report(warmUp: 0)
  }

  /// Reads a snapshot and its time; nil if its time is not known.
  private func snapshot(_ input: Input, _ name: String) throws -> CacheGrowth.Moment {
    switch input {
    case .history(let history):
      return CacheGrowth.Moment(
        seconds: history.file.recordedSnapshots[history.index].time, snapshot: try history.snapshot())
    case .snapshot(let file): return CacheGrowth.Moment(seconds: nil, snapshot: file.snapshot)
    case .kernel, .recording, .workload, .profile:
      return CacheGrowth.Moment(
        seconds: Date().timeIntervalSince1970,
        snapshot: try SnapshotInput(name, try SnapshotInputOptions.parse([])).snapshot)
    }
  }
}

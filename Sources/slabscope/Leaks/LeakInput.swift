import ArgumentParser
import FoundationEssentials
import Kernel
import ProfileHistory
import Profiles
import Recordings
import Telemetry
import Workloads

/// Inputs of a search for leaks.
struct LeakInput {
  private let names: [String]
  private let inputs: [Input]
  /// Options of watching the running kernel.
  private let watch: TrafficWatchOptions
  /// Seconds to examine; nil for all.
  private let span: Double?

  /// Seconds for which the running kernel is watched if the user gives no time.
  static let defaultWatchSeconds = 60.0

  /// Resolves the names of inputs.
  /// - Throws: a `Failure` if they do not exist or show no growth.
  init(
    _ names: [String], _ changes: TrafficParameterChanges, _ watch: TrafficWatchOptions, span: Double?
  ) throws {
    (self.names, self.watch, self.span) = (names, watch, span)
    inputs = try names.map { try Input($0, changes) }
    guard inputs.count == 1 else {
      try watch.checkUnused(found: "several inputs, of which the kernel is read once")
      return
    }
    if case .kernel = inputs[0] { return }
    try watch.checkUnused(found: inputs[0].description)
    switch inputs[0] {
    case .snapshot:
      throw Failure.usage(
        "\(names[0]): expected two or more snapshots in the order of time, found one; name an earlier one before it")
    case .kernel, .recording, .workload, .history, .profile: break
    }
  }

  /// Searches the inputs.
  /// - Returns: The report, and the identities of the inputs.
  /// - Throws: a `Failure`.
  func report(leastAge: Double) throws -> (report: LeakReport, identities: [InputIdentity]) {
    var identities = inputs.map { InputIdentity($0) }
    guard inputs.count == 1 else { return (try reportOfSeveral(leastAge: leastAge), identities) }
    guard case .kernel = inputs[0] else { return (try reportOfOne(leastAge: leastAge), identities) }
    let watched = try KernelWatch.result(
      watch, seconds: span ?? LeakInput.defaultWatchSeconds, comparesCounts: true)
    identities[0].watch = watched.status
    return (LeakInput.report(of: watched, leastAge: leastAge), identities)
  }

  /// Searches the profile of a watch of the running kernel. A watch that ended before its first moment has no suspects.
  static func report(of watched: KernelWatch.Result, leastAge: Double) -> LeakReport {
    (try? watched.profile.leakReport(leastAge: leastAge, counts: watched.counts))
      ?? LeakReport([], seconds: watched.status.seconds, moments: 0, examined: 0, hasSites: true)
  }

  /// Searches a single input other than the running kernel.
  private func reportOfOne(leastAge: Double) throws -> LeakReport {
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

import Dashboard
import Telemetry
import Workloads

/// A running kernel, or a saved slabinfo file, watched: each look is one read. Paused, the last look stays.
final class HostSession: DashboardSession {
  private let reader: HostReader
  private var last: Snapshot
  private var failure: String?
  private(set) var isPaused = false
  let speed = PlaybackSpeed.normal

  /// Looks for the first time.
  /// - Throws: a `Failure` when there is nothing to be read.
  init(_ reader: HostReader) throws {
    self.reader = reader
    do {
      last = try reader.snapshot()
    } catch {
      throw Failure.failed("\(error)")
    }
  }

  func snapshot(watching cache: String?) -> Snapshot {
    guard !isPaused else { return last }
    do {
      last = try reader.snapshot(watching: cache)
      failure = nil
    } catch {
      failure = "\(error)"
    }
    last.workload = reader.title
    return last
  }

  var progress: (PlayerProgress, failure: String?) { (PlayerProgress(), failure) }

  /// Somebody else's kernel.
  var other: (Snapshot?, notice: String?) { (nil, "a host's kernel has one policy: its own") }
  func setOther(_ policy: Policy?) {}
  var details: MachineDetails { MachineDetails() }
  func watch(_ page: DashboardPage) {}
  func makeControls() -> MachineControls? { nil }

  func changeSpeed(by steps: Int) {}
  func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }
  func end() {}
}

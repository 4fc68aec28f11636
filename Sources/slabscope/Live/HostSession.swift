import Dashboard
import Foundation
import Kernel
import Telemetry
import Workloads

/// A running kernel, or a saved slabinfo file, watched: each look is one read. Paused, the last look stays.
final class HostSession: DashboardSession {
  private let reader: HostReader
  private var last: Snapshot
  private var failure: String?
  private(set) var isPaused = false
  let speed = PlaybackSpeed.normal
  /// Seconds between two looks.
  private var seconds: Double

  /// What people can choose between while it runs.
  private static let steps = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60]

  /// Looks for the first time.
  /// - Parameter interval: seconds between two looks.
  /// - Throws: a `Failure` when there is nothing to be read.
  init(_ reader: HostReader, interval: Double = 1) throws {
    self.reader = reader
    seconds = interval
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

  /// Faster is to look more often.
  func changeSpeed(by steps: Int) {
    let next = steps > 0 ? HostSession.steps.last { $0 < seconds } : HostSession.steps.first { $0 > seconds }
    seconds = next ?? seconds
  }

  var interval: (Duration, inWords: String?) {
    (.seconds(seconds), seconds < 1 ? "\(Int(seconds * 1000)) ms" : String(format: "%g s", seconds))
  }

  func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }
  func end() {}
}

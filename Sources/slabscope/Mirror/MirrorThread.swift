import Advisor
import Dashboard
import Dispatch
import Glibc
import Kernel
import Synchronization
import Telemetry
import Workloads

/// Thread of a mirror, and the channel to the dashboard thread.
final class MirrorThread: Sendable {
  /// Figures that the mirror publishes.
  struct Report: Sendable {
    var progress = MirrorProgress()
    /// nil until the mirror was compared with the kernel.
    var comparison: MirrorComparison?
    /// Reason why there is no comparison yet, or why the mirror has stopped; nil while it runs.
    var notice: String?
  }

  let policy: Policy
  private let state: Mutex<Report>
  private let isEnding = Atomic(false)
  private let threadEnd = DispatchSemaphore(value: 0)
  /// Microseconds of sleep while no event is waiting. Shorter sleeps would wake the machine more often than it is shown.
  private static let idleSleep: useconds_t = 20_000

  /// Starts the thread.
  /// - Parameters:
  ///   - openStream: Function that prepares the stream of the kernel's events.
  ///   - makeReader: Function that makes the reader of the kernel's caches.
  init(
    policy: Policy, openStream: @escaping @Sendable () throws -> any AllocationEventStream,
    makeReader: @escaping @Sendable () throws -> () throws -> Snapshot
  ) {
    self.policy = policy
    state = Mutex(Report(notice: "Filling the machine of policy \(policy.name) like the kernel's caches"))
    BackgroundThread.start(name: "mirror") { [self] in
      do {
        try run(openStream, makeReader)
      } catch {
        state.withLock { $0.notice = "\(error)" }
      }
      threadEnd.signal()
    }
  }

  /// The latest figures.
  var report: Report { state.withLock { $0 } }

  private func run(
    _ openStream: () throws -> any AllocationEventStream, _ makeReader: () throws -> () throws -> Snapshot
  ) throws {
    let stream = try openStream()
    defer { stream.close() }
    let readKernel = try makeReader()
    let mirror = try KernelMirror(of: readKernel(), policy: policy, cpuCount: stream.cpuCount)
    guard !isEnding.load(ordering: .relaxed) else { return }
    let run = try MirrorRun(stream, mirror, readKernel: readKernel)
    var hasMore = false
    while !isEnding.load(ordering: .relaxed) {
      if !hasMore { usleep(MirrorThread.idleSleep) }
      defer {
        let (progress, comparison) = (run.progress, run.comparison)
        state.withLock { report in
          (report.progress, report.comparison) = (progress, comparison)
          if comparison != nil { report.notice = nil }
        }
      }
      hasMore = try run.step()
    }
  }

  /// Asks the thread to end, without waiting for it.
  func requestEnd() { isEnding.store(true, ordering: .relaxed) }

  /// Ends the thread, and waits until the kernel is no longer traced. To be called once.
  func end() {
    requestEnd()
    threadEnd.wait()
  }
}

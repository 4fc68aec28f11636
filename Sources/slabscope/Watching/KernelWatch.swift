import Glibc
import Kernel
import Profiles
import Telemetry
import TextOutput

/// Watch of the running kernel's traffic for a limited time, by commands without a screen. A signal ends it early with the figures up to
/// then.
struct KernelWatch {
  /// Figures at the end of a watch.
  struct Result {
    /// Profile from the start of the watch to its end.
    var profile: AllocationProfile
    /// Quality and cost of the figures.
    var status: TrafficStatus
    /// The kernel's own counts of the objects of its caches during the watch; empty if they were not requested.
    var counts = CacheCounts()
    /// Problems of the watch, each in one sentence.
    var problems: [String] = []
  }

  private let traffic: any KernelTraffic
  /// Reads the kernel's own counts of the objects of its caches; nil if they are not needed.
  private let readCounts: (() throws -> [CacheCounts.Cache])?
  /// Seconds to watch.
  private let seconds: Double

  /// Seconds between two updates of a long watch.
  private static let longestInterval = 1.0
  /// Seconds between two updates of a short watch.
  private static let shortestInterval = 0.1
  /// Updates of a watch that is short enough: those that the search for leaks compares.
  private static let updates = 64.0

  /// Creates a watch.
  /// - Parameters:
  ///   - traffic: Traffic of the kernel, which has just begun to be observed.
  ///   - seconds: Seconds to watch.
  ///   - readCounts: Reads the kernel's own counts of the objects of its caches; nil if they are not needed.
  init(_ traffic: any KernelTraffic, seconds: Double, readCounts: (() throws -> [CacheCounts.Cache])? = nil) {
    (self.traffic, self.seconds, self.readCounts) = (traffic, seconds, readCounts)
  }

  /// Starts to observe the running kernel, and watches it.
  /// - Throws: a `Failure` if the kernel does not permit it.
  static func result(
    _ options: TrafficWatchOptions, seconds: Double, comparesCounts: Bool
  ) throws(Failure) -> Result {
    // The signals are blocked before the watch begins, so that none of them leaves it without a result.
    let signals = EndSignals()
    let traffic: any KernelTraffic
    do {
      traffic = try KernelTrafficMethods.open(options.options)
    } catch {
      throw Failure.failed("kernel: \(error)")
    }
    let reader = comparesCounts ? HostReader() : nil
    let watch = KernelWatch(
      traffic, seconds: seconds, readCounts: reader.map { reader in { try reader.cacheCounts() } })
    let result = try watch.run { signals.wait(milliseconds: $0) }
    for note in result.problems + result.status.notes { Standard.error("slabscope: \(note)\n") }
    return result
  }

  /// Watches until the time is over, the wait is ended, or the figures cannot be read any longer.
  /// - Parameter wait: Waits for a number of milliseconds; returns whether the watch must end.
  /// - Throws: a `Failure` if no figures could be read at all.
  func run(_ wait: (Int) -> Bool) throws(Failure) -> Result {
    defer { Standard.progress("") }
    let interval = min(
      KernelWatch.longestInterval, max(KernelWatch.shortestInterval, seconds / KernelWatch.updates))
    let start = ContinuousClock.now
    var (result, updates) = (Result(profile: .empty, status: traffic.status), 0)
    var countsProblem: String?
    addCounts(to: &result.counts, &countsProblem)
    while true {
      let elapsed = start.duration(to: .now) / .seconds(1)
      let due = min(seconds, (elapsed / interval).rounded(.down) * interval + interval)
      let ends = wait(max(0, Int((due - elapsed) * 1000)))
      let isLast = ends || start.duration(to: .now) / .seconds(1) >= seconds
      do {
        // The ages of the live objects are needed only at the end.
        try traffic.update(readsObjects: isLast)
        updates += 1
      } catch {
        guard updates > 0 else { throw Failure.failed("kernel: \(error)") }
        let watched = String(printf: "%.0f s", traffic.status.seconds)
        result.problems.append("the watch ended after \(watched): \(error)")
        break
      }
      addCounts(to: &result.counts, &countsProblem)
      if isLast { break }
      Standard.progress(progress(traffic.status))
    }
    if let countsProblem {
      result.problems.append("growth was not compared with the kernel's own counts of objects: \(countsProblem)")
    }
    (result.profile, result.status) = (traffic.profile, traffic.status)
    return result
  }

  /// Adds the kernel's own counts of objects at this time.
  private func addCounts(to counts: inout CacheCounts, _ problem: inout String?) {
    do {
      guard let caches = try readCounts?() else { return }
      counts.add(caches, at: traffic.status.seconds)
    } catch {
      problem = "\(error)"
    }
  }

  /// Returns the progress line: `watching: 12 of 60 s, 104000 events/s, 1 in 4 objects followed, 0.8 % of CPU time (ctrl-C ends)`.
  private func progress(_ status: TrafficStatus) -> String {
    var parts = [
      String(printf: "watching: %.0f of %.0f s", status.seconds, seconds),
      String(printf: "%.0f events/s", Double(status.events) / max(status.seconds, 1e-3)),
    ]
    if status.sampling > 1 { parts.append("1 in \(status.sampling) objects followed") }
    if let overhead = status.overheadPercent { parts.append(String(printf: "%.1f %% of CPU time", overhead)) }
    return parts.joined(separator: ", ") + " (ctrl-C ends)"
  }
}

extension HostReader {
  /// Reads the numbers of active objects of all caches.
  fileprivate func cacheCounts() throws(Failure) -> [CacheCounts.Cache] { try snapshot().cacheCounts }
}

extension Snapshot {
  /// The numbers of active objects of the caches of which they are known.
  var cacheCounts: [CacheCounts.Cache] {
    caches.compactMap { cache in
      guard let objects = cache[known: \.activeObjects, .activeObjects] else { return nil }
      return CacheCounts.Cache(name: cache.name, activeObjects: objects, isReclaimable: cache.isReclaimable)
    }
  }
}

import Telemetry
import TerminalUI

/// Memory over time, for charts of any span from seconds to days.
///
/// Recent times are kept in full. Of earlier times, only the sample with the most slab memory of each interval is kept, so that
/// peaks remain. The size is bounded: six levels of at most 600 samples, each level with intervals four times as long as those of
/// the level before, from half a second. That is at most 3,600 samples of about 300 bytes, 1.1 MB in all, and 85 hours.
struct MemoryHistory: Sendable, Hashable {
  /// Memory at one time, or the largest slab memory of an interval.
  struct Sample: Sendable, Hashable {
    /// End of the interval in seconds since the start of the history.
    var time: Double
    /// Length of the interval in seconds.
    var seconds: Double
    /// Ledger at the time of the interval with the most slab memory.
    let ledger: ByteLedger
    /// Free blocks by order at the same time.
    let freeBlocks: [Int]
    /// Largest slab memory of the interval under the compared policy; nil if no policy is compared.
    var comparedBytes: Int?
    /// Largest slab memory of the interval if the slabs were those of the recorded kernel; nil if not known.
    var kernelBytes: Int?
    /// Largest slab memory of the interval in the model of the running kernel's allocator; nil if the kernel is not mirrored.
    var modelBytes: Int?

    /// Bytes of slabs and of the page blocks of large objects.
    var slabBytes: Int { ledger.slabBytes }

    /// Combines the samples of two adjoining intervals.
    fileprivate func merged(with next: Sample) -> Sample {
      var sample = next.slabBytes >= slabBytes ? next : self
      (sample.time, sample.seconds) = (next.time, seconds + next.seconds)
      return sample.raised(to: self).raised(to: next)
    }

    /// Returns the sample with curves at least as high as those of another one.
    fileprivate func raised(to other: Sample) -> Sample {
      var sample = self
      sample.comparedBytes = [comparedBytes, other.comparedBytes].compactMap { $0 }.max()
      sample.kernelBytes = [kernelBytes, other.kernelBytes].compactMap { $0 }.max()
      sample.modelBytes = [modelBytes, other.modelBytes].compactMap { $0 }.max()
      return sample
    }
  }

  /// Samples of intervals of one length.
  private struct Level: Sendable, Hashable {
    /// Shortest interval of a sample in seconds.
    let interval: Double
    /// Samples, oldest first.
    var samples: [Sample] = []
    /// Sample of the interval that is not complete.
    var pending: Sample?

    /// Adds a sample.
    /// - Returns: Samples of the intervals that the sample completes.
    mutating func add(_ sample: Sample) -> [Sample] {
      var complete: [Sample] = []
      // Intervals on both sides of a gap are not merged.
      if let before = pending, sample.time - sample.seconds > before.time + MemoryHistory.tolerance {
        complete.append(before)
        pending = nil
      }
      let merged = pending?.merged(with: sample) ?? sample
      if merged.seconds >= interval - MemoryHistory.tolerance || samples.isEmpty {
        complete.append(merged)
        pending = nil
      } else {
        pending = merged
      }
      samples += complete
      if samples.count > MemoryHistory.capacity { samples.removeFirst(samples.count - MemoryHistory.capacity) }
      return complete
    }
  }

  /// Number of samples that a level keeps.
  static let capacity = 600
  /// Shortest interval of each level in seconds.
  private static let intervals = [0.5, 2, 8, 32, 128, 512]
  private static let tolerance = 1e-6
  /// Shortest time between two snapshots, in seconds, that is shown as a gap if it is also three times the usual one.
  private static let shortestGap = 10.0

  private var levels = MemoryHistory.intervals.map { Level(interval: $0) }
  /// Seconds since the start of the history.
  private(set) var now = 0.0
  /// Usual seconds between two snapshots; 0 before the second one.
  private(set) var usualSeconds = 0.0
  /// Seconds between the two latest snapshots; 0 before the second one.
  private var previousSeconds = 0.0

  /// Latest sample; nil before the first one.
  var latest: Sample? { levels[0].samples.last }

  /// Seconds from the first sample that is kept to the latest.
  var elapsed: Double { now - (levels.compactMap { $0.samples.first.map { $0.time - $0.seconds } }.min() ?? now) }

  /// Adds a snapshot and that of the compared policy (nil if there is none), `seconds` after the previous ones. The snapshot may be
  /// without caches.
  /// - Parameter modelBytes: Slab memory of the model of the running kernel's allocator; nil if the kernel is not mirrored.
  mutating func add(_ snapshot: Snapshot, _ compared: Snapshot?, modelBytes: Int? = nil, seconds: Double) {
    now += seconds
    let isGap = usualSeconds > 0 && seconds > max(MemoryHistory.shortestGap, 3 * usualSeconds)
    let covered = isGap ? usualSeconds : seconds
    if seconds > 0 {
      // One long interval is a gap; the second one in a row is a longer sampling interval.
      usualSeconds = previousSeconds == 0 ? seconds : min(seconds, previousSeconds)
      previousSeconds = seconds
    }
    var samples = [
      Sample(
        time: now, seconds: covered, ledger: snapshot.ledger, freeBlocks: snapshot.pageBlocksFreeByOrder,
        comparedBytes: compared?.slabAndLargeBytes,
        kernelBytes: KernelComparison(snapshot).map { $0.kernelBytes + (snapshot.largeBytes ?? 0) },
        modelBytes: modelBytes)
    ]
    for index in levels.indices {
      var complete: [Sample] = []
      for sample in samples { complete += levels[index].add(sample) }
      samples = complete
    }
  }

  /// Returns the history up to an earlier time.
  func ending(secondsAgo: Double) -> MemoryHistory {
    var history = self
    history.now = max(0, now - secondsAgo)
    for index in levels.indices {
      history.levels[index].pending = nil
      history.levels[index].samples.removeAll { $0.time > history.now + MemoryHistory.tolerance }
    }
    // The sample whose interval contains the time ends there.
    let later = (levels[0].samples + (levels[0].pending.map { [$0] } ?? [])).first { $0.time > history.now }
    if var later, later.time - later.seconds < history.now - MemoryHistory.tolerance {
      (later.time, later.seconds) = (history.now, later.seconds - (later.time - history.now))
      history.levels[0].samples.append(later)
    }
    return history
  }

  /// Returns the sample of each column, oldest first: the one with the most slab memory of those whose intervals touch the column;
  /// nil if there is none.
  func samples(in columns: TimeColumns) -> [Sample?] {
    var largest = [Sample?](repeating: nil, count: columns.count)
    for sample in samples(from: columns.start) {
      for index in columns.indices(from: sample.time - sample.seconds, to: sample.time) {
        guard let other = largest[index] else {
          largest[index] = sample
          continue
        }
        largest[index] = (sample.slabBytes > other.slabBytes ? sample : other).raised(to: other).raised(to: sample)
      }
    }
    return largest
  }

  /// Returns the samples since `start`, oldest first, in the best resolution that is kept for all of that time.
  private func samples(from start: Double) -> [Sample] {
    func begin(_ level: Level) -> Double { level.samples.first.map { $0.time - $0.seconds } ?? .infinity }
    let earliest = levels.map(begin).min() ?? 0
    let finest = levels.firstIndex { begin($0) <= max(start, earliest) + MemoryHistory.tolerance } ?? 0
    // The latest interval may not be complete at this level, but is at a finer one.
    var samples: [Sample] = []
    for level in levels[...finest].reversed() {
      let last = samples.last?.time ?? -.infinity
      let from =
        level.samples.firstIndex { $0.time > max(start, last) + MemoryHistory.tolerance } ?? level.samples.endIndex
      samples += level.samples[from...]
    }
    return samples + (levels[0].pending.map { [$0] } ?? [])
  }
}

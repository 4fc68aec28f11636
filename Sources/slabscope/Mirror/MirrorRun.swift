import Advisor
import Kernel
import Recordings
import Telemetry

/// Run of a mirror: reads the kernel's events, plays them in slices, and compares the mirror with the kernel about once a second.
///
/// A comparison is made between two events: after the kernel's caches were read at a time T, the events up to T are played first.
final class MirrorRun {
  private let stream: any AllocationEventStream
  private let mirror: KernelMirror
  private let limits: MirrorLimits
  private let readKernel: () throws -> Snapshot
  private var pending: [AllocationEvent] = []
  /// Index of the next event in `pending`.
  private var next = 0
  /// Caches of the kernel that the mirror is to be compared with, and the time at which they were read.
  private var awaited: (kernel: Snapshot, time: UInt64)?
  private var nextReading: UInt64
  private(set) var progress = MirrorProgress()
  /// Latest comparison; nil before the first.
  private(set) var comparison: MirrorComparison?

  /// Maximum number of events that are played between two readings of the stream.
  private static let eventsPerSlice = 1 << 16

  /// Starts the stream.
  /// - Parameters:
  ///   - stream: Stream that has not been started.
  ///   - readKernel: Function that reads the kernel's caches.
  /// - Throws: `RecorderError`.
  init(
    _ stream: any AllocationEventStream, _ mirror: KernelMirror, limits: MirrorLimits = MirrorLimits(),
    readKernel: @escaping () throws -> Snapshot
  ) throws {
    (self.stream, self.mirror, self.limits, self.readKernel) = (stream, mirror, limits, readKernel)
    try stream.start()
    nextReading = stream.now
  }

  /// Microseconds between two readings of the kernel's caches.
  static let readingInterval: UInt64 = 1_000_000

  /// Reads the stream and plays a slice of events.
  /// - Returns: Whether events are left to play now.
  /// - Throws: A `Failure` with the reason if the kernel is faster than the mirror, and the errors of the stream, of reading the
  ///   kernel and of the players.
  func step() throws -> Bool {
    let before = pending.count
    progress.lostEvents += try stream.read(into: &pending)
    progress.events += pending.count - before
    if awaited == nil, stream.now >= nextReading {
      let start = stream.now
      let kernel = try readKernel()
      // The caches are read one after another: the middle of that time stands for all of them.
      awaited = (kernel, start + (stream.now - start) / 2)
      nextReading = start + MirrorRun.readingInterval
    }
    try playSlice()
    updateProgress()
    if let reason = limits.reasonToStop(progress) { throw Failure.failed(reason) }
    return next < pending.count
  }

  private func playSlice() throws {
    var end = min(pending.count, next + MirrorRun.eventsPerSlice)
    if let awaited, let later = pending[next..<end].firstIndex(where: { $0.time > awaited.time }) { end = later }
    try mirror.play(pending[next..<end], symbols: stream.symbols)
    next = end
    let isPlayed = next < pending.count ? pending[next].time > awaited?.time ?? .max : true
    if let awaited, isPlayed, stream.deliveredUpTo >= awaited.time {
      comparison = try mirror.compare(with: awaited.kernel, at: awaited.time)
      self.awaited = nil
    }
    // Played events are removed when they are most of the array, so that each event is moved at most once.
    if next * 2 >= pending.count {
      pending.removeFirst(next)
      next = 0
    }
  }

  private func updateProgress() {
    progress.eventsBehind = pending.count - next
    let played = next < pending.count ? pending[next].time : stream.deliveredUpTo
    let now = stream.now
    progress.microsecondsBehind = played < now ? Int(now - played) : 0
  }

  /// Ends the stream.
  func close() { stream.close() }
}

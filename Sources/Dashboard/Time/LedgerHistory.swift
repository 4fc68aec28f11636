import Telemetry

/// Where machine memory was over the last minutes, and which blocks of pages were free: a look each half second.
struct LedgerHistory: Sendable, Hashable {
  /// One look.
  struct Moment: Sendable, Hashable {
    let ledger: ByteLedger
    /// Seconds since the one before.
    let seconds: Double
    /// Free blocks of each order.
    let freeBlocks: [Int]
    /// What the memory in use would be if the slabs were those of the recorded kernel; nil if they are not known.
    let kernelBytes: Int?
  }

  private static let interval = 0.5
  private static let length = 600
  private var elapsed = 0.0
  /// Oldest first.
  private(set) var moments: [Moment] = []

  /// Takes in a snapshot, so many seconds after the last one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    elapsed += seconds
    guard elapsed >= LedgerHistory.interval || moments.isEmpty else { return }
    let kernelBytes = KernelComparison(snapshot).map { kernel in
      snapshot.memoryBytes - snapshot.ledger[.freePages] - kernel.replayBytes + kernel.kernelBytes
    }
    moments.append(
      Moment(
        ledger: snapshot.ledger, seconds: elapsed, freeBlocks: snapshot.pageBlocksFreeByOrder,
        kernelBytes: kernelBytes))
    elapsed = 0
    if moments.count > LedgerHistory.length { moments.removeFirst() }
  }

  /// How long the last so many looks took together.
  func seconds(of count: Int) -> Double { moments.suffix(max(0, count)).dropFirst().reduce(0) { $0 + $1.seconds } }
}

import Telemetry

/// Byte ledgers and free page blocks of the last minutes, every half second.
struct LedgerHistory: Sendable, Hashable {
  /// Sample of the ledger.
  struct Moment: Sendable, Hashable {
    let ledger: ByteLedger
    /// Seconds since the previous sample.
    let seconds: Double
    /// Free blocks by order.
    let freeBlocks: [Int]
    /// Memory in use if the slabs were those of the recorded kernel; nil if they are not known.
    let kernelBytes: Int?
  }

  private static let interval = 0.5
  /// Number of samples that are kept.
  private static let capacity = 600
  private var elapsed = 0.0
  /// Oldest first.
  private(set) var moments: [Moment] = []

  /// Adds a snapshot, `seconds` after the previous one.
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
    if moments.count > LedgerHistory.capacity { moments.removeFirst() }
  }

  /// Returns the seconds that the last `count` samples span.
  func seconds(of count: Int) -> Double { moments.suffix(max(0, count)).dropFirst().reduce(0) { $0 + $1.seconds } }
}

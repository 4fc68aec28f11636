import Telemetry

/// Byte ledgers and free page blocks of the last minutes, every half second.
struct LedgerHistory: Sendable, Hashable {
  /// Sample of the ledger.
  struct Sample: Sendable, Hashable {
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
  private(set) var samples: [Sample] = []

  /// Adds a snapshot, `seconds` after the previous one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    elapsed += seconds
    guard elapsed >= LedgerHistory.interval || samples.isEmpty else { return }
    let kernelBytes = KernelComparison(snapshot).map { kernel in
      snapshot.memoryBytes - snapshot.ledger[.freePages] - kernel.replayBytes + kernel.kernelBytes
    }
    samples.append(
      Sample(
        ledger: snapshot.ledger, seconds: elapsed, freeBlocks: snapshot.pageBlocksFreeByOrder,
        kernelBytes: kernelBytes))
    elapsed = 0
    if samples.count > LedgerHistory.capacity { samples.removeFirst() }
  }

  /// Returns the seconds that the last `count` samples span.
  func seconds(of count: Int) -> Double { samples.suffix(max(0, count)).dropFirst().reduce(0) { $0 + $1.seconds } }
}

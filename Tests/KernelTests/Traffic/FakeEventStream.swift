import Recordings

@testable import Kernel

/// Stream of given batches, one for each reading.
final class FakeEventStream: AllocationEventStream, @unchecked Sendable {
  // Sendable: each test uses it on one thread.
  let symbols: [String]
  let cpuCount: Int
  private(set) var now: UInt64 = 0
  var deliveredUpTo: UInt64 { batches.isEmpty ? .max : now }
  private var batches: [(events: [AllocationEvent], lost: Int)]
  private let failure: RecorderError?
  /// Names of the calls of `start` and `close`, in order.
  private(set) var calls: [String] = []

  /// Creates a stream.
  /// - Parameter failure: Error that the reading after the last batch throws; nil delivers no further events.
  init(
    _ batches: [(events: [AllocationEvent], lost: Int)], symbols: [String], cpuCount: Int = 2,
    failure: RecorderError? = nil
  ) {
    (self.batches, self.symbols, self.cpuCount, self.failure) = (batches, symbols, cpuCount, failure)
  }

  func start() throws(RecorderError) { calls.append("start") }

  func read(into events: inout [AllocationEvent]) throws(RecorderError) -> Int {
    guard !batches.isEmpty else {
      if let failure { throw failure }
      return 0
    }
    let batch = batches.removeFirst()
    events += batch.events
    now = batch.events.last?.time ?? now
    return batch.lost
  }

  func close() { calls.append("close") }
}

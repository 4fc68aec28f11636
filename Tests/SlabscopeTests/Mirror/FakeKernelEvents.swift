import Kernel
import Recordings

/// Stream of the events of a recording, as if they happened now: each reading delivers the events of the next interval.
final class FakeKernelEvents: AllocationEventStream, @unchecked Sendable {
  // Sendable: each test uses it on one thread.
  let symbols: [String]
  let cpuCount: Int
  private(set) var now: UInt64
  private(set) var deliveredUpTo: UInt64
  private let events: [AllocationEvent]
  private let interval: UInt64
  private let lostInEachReading: Int
  /// Microseconds by which the delivered events are behind the clock.
  private let delay: UInt64
  private var next = 0
  private(set) var isClosed = false

  init(
    _ events: [AllocationEvent], symbols: [String], cpuCount: Int = 2, interval: UInt64, lostInEachReading: Int = 0,
    delay: UInt64 = 0
  ) {
    (self.events, self.symbols, self.cpuCount) = (events, symbols, cpuCount)
    (self.interval, self.lostInEachReading, self.delay) = (interval, lostInEachReading, delay)
    now = events.first?.time ?? 0
    deliveredUpTo = 0
  }

  /// Whether all events were read.
  var isAtEnd: Bool { next == events.count }

  func start() throws(RecorderError) {}

  func read(into batch: inout [AllocationEvent]) throws(RecorderError) -> Int {
    now += interval
    deliveredUpTo = now - min(now, delay)
    while next < events.count, events[next].time <= deliveredUpTo {
      batch.append(events[next])
      next += 1
    }
    return lostInEachReading
  }

  func close() { isClosed = true }
}

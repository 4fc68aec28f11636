package import Recordings

/// Allocation events of a running kernel that a consumer reads while they happen, without a file. One thread at a time may use a
/// stream.
package protocol AllocationEventStream: AnyObject {
  /// Strings that `site` and `cache` of the events index. Strings may be appended; the index of a string never changes.
  var symbols: [String] { get }
  /// Number of CPUs; all CPU numbers of events are less.
  var cpuCount: Int { get }
  /// Time of the events' clock in microseconds.
  var now: UInt64 { get }
  /// Time in microseconds up to which `read` has returned all events, apart from lost ones. `.max` if no event will follow.
  var deliveredUpTo: UInt64 { get }
  /// Starts the delivery of events. To be called once.
  /// - Throws: `RecorderError`.
  func start() throws(RecorderError)
  /// Appends the events since the last call whose order is final.
  /// - Returns: Number of events that were lost since the last call. At least 1 if an unknown number was lost.
  /// - Throws: `RecorderError` if the events cannot be read.
  func read(into events: inout [AllocationEvent]) throws(RecorderError) -> Int
  /// Ends the delivery of events and releases what the kernel had allocated for it. Later calls have no effect.
  func close()
}

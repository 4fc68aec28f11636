/// Conversion of the times of a source to microseconds since its first event.
struct TrafficClock: BitwiseCopyable {
  /// Ticks of the source's clock in a microsecond; 0 if the rate is not known, in which case an event counts as a microsecond.
  private let ticksPerMicrosecond: Double

  init(ticksPerSecond: UInt64) { ticksPerMicrosecond = Double(ticksPerSecond) / 1e6 }

  /// Whether the rate of the clock is known.
  var isKnown: Bool { ticksPerMicrosecond > 0 }

  /// Returns the microseconds of a time span in ticks. Ticks of unknown length are returned unchanged.
  @inline(__always)
  func microseconds(ticks: UInt64) -> UInt64 {
    // Nearly all sources count microseconds, for which no division is needed.
    ticksPerMicrosecond == 1 || ticksPerMicrosecond == 0
      ? ticks : UInt64(max(0, min(Double(ticks) / ticksPerMicrosecond, 9e18)))
  }

  /// Returns the microseconds since the first event.
  /// - Parameters:
  ///   - ticks: Ticks since the first event.
  ///   - events: Number of events, which is the time if the rate of the clock is not known.
  @inline(__always)
  func now(ticks: UInt64, events: Int) -> Int {
    isKnown ? Int(truncatingIfNeeded: microseconds(ticks: ticks) & UInt64(Int.max)) : events
  }
}

/// Intervals as whole microseconds: what each leaves over comes with the next, so that a rate is kept however high it is.
struct Pace: Sendable {
  private var fraction = 0.0

  /// Whole microseconds of an interval and of what the ones before left over.
  mutating func microseconds(_ interval: Double) -> UInt64 {
    fraction += max(0, interval)
    let whole = UInt64(min(fraction, 1e15))
    fraction -= Double(whole)
    return whole
  }
}

/// Rounding of intervals to whole microseconds. The remainder is added to the next interval, so that the average rate
/// is exact even if intervals are shorter than a microsecond.
struct IntervalRounder: Sendable {
  private var fraction = 0.0

  /// Returns the whole microseconds of an interval plus the remainder of the previous intervals.
  mutating func wholeMicroseconds(_ interval: Double) -> UInt64 {
    fraction += max(0, interval)
    let whole = UInt64(min(fraction, 1e15))
    fraction -= Double(whole)
    return whole
  }
}

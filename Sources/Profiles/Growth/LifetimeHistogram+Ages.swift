extension LifetimeHistogram {
  /// Estimates the number of objects whose age is in a range. Inside a bucket the ages are taken to be spread evenly.
  /// - Parameters:
  ///   - start: Least age in microseconds.
  ///   - end: Age in microseconds at which the range ends.
  ///   - longest: Duration of the profile in microseconds, which no age exceeds.
  package func count(from start: Double, to end: Double, longest: Double) -> Double {
    var sum = 0.0
    for (bucket, objects) in buckets.enumerated() where objects > 0 {
      let low = bucket == 0 ? 0 : Double(1 << (bucket - 1))
      let high = max(low + 1, min(Double(1 << bucket), longest))
      sum += Double(objects) * max(0, min(end, high) - max(start, low)) / (high - low)
    }
    return sum
  }

  /// Estimates the median age in microseconds; nil if the histogram is empty.
  /// - Parameter longest: Duration of the profile in microseconds, which no age exceeds.
  package func medianAge(longest: Double) -> Double? {
    let half = Double(count) / 2
    guard half > 0 else { return nil }
    var sum = 0.0
    for (bucket, objects) in buckets.enumerated() where objects > 0 {
      guard sum + Double(objects) >= half else {
        sum += Double(objects)
        continue
      }
      let low = bucket == 0 ? 0 : Double(1 << (bucket - 1))
      let high = max(low, min(Double(1 << bucket), longest))
      return low + (high - low) * (half - sum) / Double(objects)
    }
    return nil
  }
}

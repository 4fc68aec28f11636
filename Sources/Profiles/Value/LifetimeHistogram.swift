/// Number of objects by lifetime or age, in powers of two of microseconds. Bucket 0 has the lifetimes of 0, bucket `b` those of
/// 2^(b-1) up to 2^b - 1 microseconds; the last bucket also has all longer ones.
package struct LifetimeHistogram: Sendable, Hashable {
  /// Number of buckets: the last one begins at 2^46 microseconds, two years.
  package static let bucketCount = 48
  /// Number of objects in each bucket, without the empty buckets at the end.
  package private(set) var buckets: [Int] = []

  /// Creates an empty histogram.
  package init() {}

  /// Creates a histogram from the number of objects in each bucket.
  package init(_ buckets: some Sequence<Int>) {
    self.buckets = Array(buckets)
    trim()
  }

  /// Number of objects in all buckets.
  package var count: Int { buckets.reduce(0, +) }

  /// Returns the bucket of a lifetime in microseconds.
  @inline(__always)
  package static func bucket(of microseconds: UInt64) -> Int {
    min(UInt64.bitWidth - microseconds.leadingZeroBitCount, bucketCount - 1)
  }

  /// Shortest lifetime of the bucket that has the median object, in microseconds; nil if the histogram is empty.
  package var medianMicroseconds: Int? {
    var (seen, all) = (0, count)
    guard all > 0 else { return nil }
    all = (all + 1) / 2
    for (bucket, objects) in buckets.enumerated() {
      seen += objects
      if seen >= all { return bucket == 0 ? 0 : 1 << (bucket - 1) }
    }
    return nil
  }

  /// Adds objects of a lifetime or age in microseconds.
  /// - Complexity: O(1), amortised over the first objects of each bucket.
  package mutating func add(microseconds: UInt64, count: Int = 1) {
    let bucket = LifetimeHistogram.bucket(of: microseconds)
    if bucket >= buckets.count { buckets += [Int](repeating: 0, count: bucket + 1 - buckets.count) }
    buckets[bucket] += count
  }

  /// Adds the objects of another histogram, `sign` times.
  mutating func add(_ other: LifetimeHistogram, sign: Int) {
    if buckets.count < other.buckets.count {
      buckets += [Int](repeating: 0, count: other.buckets.count - buckets.count)
    }
    for (bucket, objects) in other.buckets.enumerated() { buckets[bucket] += sign * objects }
    trim()
  }

  private mutating func trim() {
    while buckets.last == 0 { buckets.removeLast() }
  }
}

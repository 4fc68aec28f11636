/// Statistics of the objects whose bytes in use are known.
package struct UsedBytesStatistics: Sendable, Hashable {
  /// Number of objects that ended with known bytes in use.
  package private(set) var objects = 0
  /// Bytes in use of these objects.
  package private(set) var usedBytes = 0
  /// Allocated bytes of these objects.
  package private(set) var allocatedBytes = 0
  /// Number of objects by bytes in use.
  package private(set) var sizes: [Int: Int] = [:]

  /// Creates statistics without objects.
  package init() {}

  /// Adds `count` objects with the same bytes in use and allocated bytes.
  mutating func add(_ used: Int, of allocated: Int, count: Int) {
    objects += count
    usedBytes += used * count
    allocatedBytes += allocated * count
    sizes[used, default: 0] += count
  }

  /// Share of the allocated bytes that was not in use; nil if there are no objects.
  package var unusedShare: Double? {
    allocatedBytes == 0 ? nil : 1 - Double(usedBytes) / Double(allocatedBytes)
  }

  /// Returns the most frequent numbers of bytes in use, at most `count`, the most frequent first.
  package func peaks(_ count: Int) -> [(bytes: Int, objects: Int)] {
    sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
  }
}

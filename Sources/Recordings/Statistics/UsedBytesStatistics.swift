/// Statistics of the objects whose bytes in use are known.
public struct UsedBytesStatistics: Sendable, Hashable {
  /// Number of objects that ended with known bytes in use.
  public private(set) var objects = 0
  /// Bytes in use of these objects.
  public private(set) var usedBytes = 0
  /// Allocated bytes of these objects.
  public private(set) var allocatedBytes = 0
  /// Number of objects by bytes in use.
  public private(set) var sizes: [Int: Int] = [:]

  /// Creates statistics without objects.
  public init() {}

  /// Adds `count` objects with the same bytes in use and allocated bytes.
  mutating func add(_ used: Int, of allocated: Int, count: Int) {
    objects += count
    usedBytes += used * count
    allocatedBytes += allocated * count
    sizes[used, default: 0] += count
  }

  /// Share of the allocated bytes that was not in use; nil if there are no objects.
  public var unusedShare: Double? {
    allocatedBytes == 0 ? nil : 1 - Double(usedBytes) / Double(allocatedBytes)
  }

  /// Returns the most frequent numbers of bytes in use, at most `count`, the most frequent first.
  public func peaks(_ count: Int) -> [(bytes: Int, objects: Int)] {
    sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
  }
}

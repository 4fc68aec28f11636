/// Objects of which it is known how much of them was in use.
public struct UseStatistics: Sendable, Hashable {
  /// Objects that ended with a known use.
  public private(set) var objects = 0
  /// Bytes that were in use of them.
  public private(set) var usedBytes = 0
  /// Bytes that were allocated for them.
  public private(set) var allocatedBytes = 0
  /// Objects by the bytes in use.
  public private(set) var sizes: [Int: Int] = [:]

  /// None.
  public init() {}

  mutating func add(_ used: Int, of allocated: Int, count: Int) {
    objects += count
    usedBytes += used * count
    allocatedBytes += allocated * count
    sizes[used, default: 0] += count
  }

  /// The share of the allocated bytes that was not in use; nil if no use is known.
  public var unusedShare: Double? {
    allocatedBytes == 0 ? nil : 1 - Double(usedBytes) / Double(allocatedBytes)
  }

  /// The sizes of most objects, the most frequent first.
  public func peaks(_ count: Int) -> [(bytes: Int, objects: Int)] {
    sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
  }
}

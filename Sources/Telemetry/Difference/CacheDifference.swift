/// Figures of one cache in two snapshots. A figure is nil if the snapshot does not know it. A cache that is missing from a snapshot
/// has 0 objects and 0 bytes there.
package struct CacheDifference: Sendable, Hashable, Codable {
  /// Snapshots in which the cache exists.
  package enum Presence: String, Sendable, Hashable, Codable {
    case both
    /// Only the later snapshot has the cache.
    case new
    /// Only the earlier snapshot has the cache.
    case vanished
  }

  /// Name of the cache.
  package var name: String
  /// Snapshots in which the cache exists.
  package var presence: Presence
  /// Live objects in the earlier snapshot.
  package var beforeObjects: Int?
  /// Live objects in the later snapshot.
  package var afterObjects: Int?
  /// Bytes of slabs in the earlier snapshot.
  package var beforeBytes: Int?
  /// Bytes of slabs in the later snapshot.
  package var afterBytes: Int?
  /// Growth of the live objects.
  package var growthObjects: Int?
  /// Growth of the bytes of slabs.
  package var growthBytes: Int?

  init(name: String, before: CacheSnapshot?, after: CacheSnapshot?) {
    self.name = name
    presence = before == nil ? .new : after == nil ? .vanished : .both
    beforeObjects = before.map { $0[known: \.activeObjects, .activeObjects] } ?? 0
    afterObjects = after.map { $0[known: \.activeObjects, .activeObjects] } ?? 0
    beforeBytes = before.map { $0[known: \.slabBytes, .slabBytes] } ?? 0
    afterBytes = after.map { $0[known: \.slabBytes, .slabBytes] } ?? 0
    growthObjects = CacheDifference.growth(beforeObjects, afterObjects)
    growthBytes = CacheDifference.growth(beforeBytes, afterBytes)
  }

  /// Whether the known figures are equal in both snapshots.
  var isEqual: Bool { presence == .both && growthObjects ?? 0 == 0 && growthBytes ?? 0 == 0 }

  /// Growth of the slab memory in percent of that in the earlier snapshot; nil if that is 0 or not known.
  package var growthPercent: Double? {
    guard let beforeBytes, beforeBytes > 0, let growthBytes else { return nil }
    return Double(growthBytes) * 100 / Double(beforeBytes)
  }

  private static func growth(_ before: Int?, _ after: Int?) -> Int? {
    before.flatMap { before in after.map { $0 - before } }
  }

  private enum CodingKeys: String, CodingKey {
    case name, presence
    case beforeObjects = "before_objects"
    case afterObjects = "after_objects"
    case beforeBytes = "before_bytes"
    case afterBytes = "after_bytes"
    case growthObjects = "growth_objects"
    case growthBytes = "growth_bytes"
  }
}

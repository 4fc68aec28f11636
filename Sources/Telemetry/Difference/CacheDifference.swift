/// Figures of one cache in two snapshots. A figure is nil if the snapshot does not know it. A cache that is missing from
/// a snapshot that lists all caches has 0 objects and 0 bytes there.
package struct CacheDifference: Sendable, Hashable, Codable {
  /// Snapshots in which the cache exists.
  package enum Presence: String, Sendable, Hashable, Codable {
    case both
    /// Only the later snapshot has the cache.
    case new
    /// Only the earlier snapshot has the cache.
    case vanished
    /// Only one snapshot lists the cache, and the other does not list all caches.
    case unknown
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

  /// Creates the difference of a cache.
  /// - Parameters:
  ///   - before: Cache in the earlier snapshot; nil if it is missing.
  ///   - after: Cache in the later snapshot; nil if it is missing.
  ///   - isMissingKnown: Whether a cache that is missing is known not to exist.
  init(name: String, before: CacheSnapshot?, after: CacheSnapshot?, isMissingKnown: Bool) {
    self.name = name
    let areBytesOfObjects = [before, after].contains { $0?.hasBytesOfObjectsOnly ?? false }
    func bytes(_ cache: CacheSnapshot) -> Int? {
      // An out-of-memory report has the bytes of all objects, without slab tails.
      if areBytesOfObjects, cache.knows([.totalObjects, .stride]) { return cache.totalObjects * cache.stride }
      return cache[known: \.slabBytes, .slabBytes]
    }
    let missing = isMissingKnown ? 0 : nil
    beforeObjects = before.map { $0[known: \.activeObjects, .activeObjects] } ?? missing
    afterObjects = after.map { $0[known: \.activeObjects, .activeObjects] } ?? missing
    (beforeBytes, afterBytes) = (before.map(bytes) ?? missing, after.map(bytes) ?? missing)
    growthObjects = CacheDifference.growth(beforeObjects, afterObjects)
    growthBytes = CacheDifference.growth(beforeBytes, afterBytes)
    presence =
      before != nil && after != nil ? .both : !isMissingKnown ? .unknown : before == nil ? .new : .vanished
  }

  /// Whether all figures that both snapshots know are equal; false if they have no known figure in common.
  package var isEqual: Bool {
    guard presence == .both, growthObjects != nil || growthBytes != nil else { return false }
    return growthObjects ?? 0 == 0 && growthBytes ?? 0 == 0
  }

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

extension CacheSnapshot {
  /// Whether the bytes of all objects are known in place of objects and slabs, as in an out-of-memory report.
  fileprivate var hasBytesOfObjectsOnly: Bool { activeBytes != nil && !knows(.totalObjects) }
}

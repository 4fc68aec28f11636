import Foundation

/// Growth of each cache between two snapshots, largest growth of slab memory first.
package struct SnapshotDifference: Sendable, Hashable, Codable {
  /// Name of the input that the earlier snapshot was read from.
  package var from: String
  /// Name of the input that the later snapshot was read from.
  package var to: String
  /// Caches that differ, by the absolute growth of their slab memory, then of their live objects, then by name.
  package var caches: [CacheDifference]
  /// Number of caches that are equal in both snapshots.
  package var equalCaches: Int
  /// Growth of the slab memory of all caches in bytes; nil if a snapshot lacks it for any cache.
  package var growthBytes: Int?
  /// Growth of the live objects of all caches; nil if a snapshot lacks them for any cache.
  package var growthObjects: Int?

  /// Compares two snapshots. Caches of the same name are matched in their order, because drivers may create several.
  package init(from before: Snapshot, named from: String, to after: Snapshot, named to: String) {
    (self.from, self.to) = (from, to)
    let (old, new) = (SnapshotDifference.byIdentity(before), SnapshotDifference.byIdentity(after))
    let all = Set(old.keys).union(new.keys).map { CacheDifference(name: $0.name, before: old[$0], after: new[$0]) }
    caches = all.filter { !$0.isEqual }.sorted(by: SnapshotDifference.isLarger)
    equalCaches = all.count - caches.count
    growthBytes = SnapshotDifference.sum(all.map(\.growthBytes))
    growthObjects = SnapshotDifference.sum(all.map(\.growthObjects))
  }

  private static func byIdentity(_ snapshot: Snapshot) -> [CacheIdentity: CacheSnapshot] {
    Dictionary(
      zip(CacheIdentity.identities(of: snapshot.caches), snapshot.caches), uniquingKeysWith: { first, _ in first })
  }

  private static func isLarger(_ one: CacheDifference, _ other: CacheDifference) -> Bool {
    func key(_ row: CacheDifference) -> (Int, Int) {
      (-abs(row.growthBytes ?? 0), -abs(row.growthObjects ?? 0))
    }
    let (first, second) = (key(one), key(other))
    return first == second ? one.name < other.name : first < second
  }

  private static func sum(_ values: [Int?]) -> Int? {
    values.reduce(0) { sum, value in sum.flatMap { sum in value.map { sum + $0 } } }
  }

  private enum CodingKeys: String, CodingKey {
    case from, to, caches
    case equalCaches = "equal_caches"
    case growthBytes = "growth_bytes"
    case growthObjects = "growth_objects"
  }
}

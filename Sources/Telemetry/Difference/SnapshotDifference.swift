/// Growth of each cache between two snapshots.
package struct SnapshotDifference: Sendable, Hashable, Codable {
  /// Name of the input that the earlier snapshot was read from.
  package var from: String
  /// Name of the input that the later snapshot was read from.
  package var to: String
  /// All caches, in descending order of the growth of their slab memory, then of their live objects, then by name. Caches whose
  /// growth is not known come last.
  package var caches: [CacheDifference]
  /// Growth of the slab memory in bytes, over the caches of which it is known; nil if it is not known of any.
  package var growthBytes: Int?
  /// Growth of the live objects, over the caches of which it is known; nil if it is not known of any.
  package var growthObjects: Int?

  /// Compares two snapshots. Caches of the same name are matched in their order, because drivers may create several.
  package init(from before: Snapshot, named from: String, to after: Snapshot, named to: String) {
    (self.from, self.to) = (from, to)
    let (old, new) = (SnapshotDifference.byIdentity(before), SnapshotDifference.byIdentity(after))
    // Two texts of the same form that do not list all caches were selected in the same way.
    let isSameSelection = before.source == after.source && !before.listsAllCaches && !after.listsAllCaches
    caches = Set(old.keys).union(new.keys).map { identity in
      let lacking = old[identity] == nil ? before : after
      return CacheDifference(
        name: identity.name, before: old[identity], after: new[identity],
        isMissingKnown: lacking.listsAllCaches || isSameSelection)
    }.sorted(by: SnapshotDifference.isLarger)
    growthBytes = SnapshotDifference.sum(caches.map(\.growthBytes))
    growthObjects = SnapshotDifference.sum(caches.map(\.growthObjects))
  }

  /// Number of caches that are equal in both snapshots.
  package var equalCaches: Int { caches.lazy.filter(\.isEqual).count }

  /// Sum of a figure over the caches of which it is known; nil if it is not known of any.
  package static func sum(_ values: [Int?]) -> Int? {
    let known = values.compactMap { $0 }
    return known.isEmpty && !values.isEmpty ? nil : known.reduce(0, +)
  }

  private static func byIdentity(_ snapshot: Snapshot) -> [CacheIdentity: CacheSnapshot] {
    Dictionary(
      zip(CacheIdentity.identities(of: snapshot.caches), snapshot.caches), uniquingKeysWith: { first, _ in first })
  }

  private static func isLarger(_ one: CacheDifference, _ other: CacheDifference) -> Bool {
    func key(_ row: CacheDifference) -> (Int, Int) { (row.growthBytes ?? .min, row.growthObjects ?? .min) }
    let (first, second) = (key(one), key(other))
    if first != second { return first > second }
    return one.name != other.name ? one.name < other.name : (one.afterBytes ?? 0) > (other.afterBytes ?? 0)
  }

  private enum CodingKeys: String, CodingKey {
    case from, to, caches
    case growthBytes = "growth_bytes"
    case growthObjects = "growth_objects"
  }
}

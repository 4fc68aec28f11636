/// Growth of each cache between two snapshots.
package struct SnapshotDifference: Sendable, Hashable, Codable {
  /// Name of the input that the earlier snapshot was read from.
  package var from: String
  /// Name of the input that the later snapshot was read from.
  package var to: String
  /// All caches, in descending order of the growth of their slab memory, then of their live objects, then by name.
  /// Caches whose growth is not known come last. A cache that one snapshot lacks and that is empty in the other is left
  /// out, because snapshots may leave out unused caches.
  package var caches: [CacheDifference]
  /// Growth of the slab memory of all caches in bytes; nil if it is not known of one of them.
  package var growthBytes: Int?
  /// Growth of the live objects of all caches; nil if it is not known of one of them.
  package var growthObjects: Int?
  /// Number of caches that were left out of ``caches``. It is not encoded.
  private var omittedCaches = 0

  /// Compares two snapshots. Caches of the same name are matched in their order, because drivers may create several.
  package init(from before: Snapshot, named from: String, to after: Snapshot, named to: String) {
    (self.from, self.to) = (from, to)
    let (old, new) = (SnapshotDifference.byIdentity(before), SnapshotDifference.byIdentity(after))
    let identities = Set(old.keys).union(new.keys)
    let compared = identities.compactMap { identity -> CacheDifference? in
      let (one, other) = (old[identity], new[identity])
      let isMissingKnown = (one == nil ? before : after).listsAllCaches
      let isMissing = one == nil || other == nil
      if isMissing, isMissingKnown, (one ?? other)?.isKnownEmpty ?? false { return nil }
      return CacheDifference(name: identity.name, before: one, after: other, isMissingKnown: isMissingKnown)
    }
    caches = compared.sorted(by: SnapshotDifference.isLarger)
    omittedCaches = identities.count - compared.count
    growthBytes = SnapshotDifference.sum(caches.map(\.growthBytes))
    growthObjects = SnapshotDifference.sum(caches.map(\.growthObjects))
  }

  /// Number of caches that are equal in both snapshots, including empty caches that one of them lacks.
  package var equalCaches: Int { caches.lazy.filter(\.isEqual).count + omittedCaches }

  /// Returns the sum of the values; nil if one of them is not known.
  private static func sum(_ values: [Int?]) -> Int? {
    let known = values.compactMap { $0 }
    return known.count < values.count ? nil : known.reduce(0, +)
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

extension CacheSnapshot {
  /// Whether the cache is known to have neither objects nor slab memory.
  fileprivate var isKnownEmpty: Bool {
    guard knows(.slabBytes) || knows(.totalObjects) else { return false }
    let figures = [
      self[known: \.activeObjects, .activeObjects], self[known: \.totalObjects, .totalObjects],
      self[known: \.slabBytes, .slabBytes], activeBytes,
    ]
    return figures.allSatisfy { $0 ?? 0 == 0 }
  }
}

/// Key that identifies a cache across snapshots: its name, and its position among the caches of the same name.
struct CacheIdentity: Hashable {
  let name: String
  /// Number of preceding caches of the same name in the snapshot.
  let occurrence: Int

  /// Returns the identity of each cache of a snapshot.
  static func identities(of caches: [CacheSnapshot]) -> [CacheIdentity] {
    var seen: [CacheIdentity: Int] = [:]
    return caches.map { cache in
      let first = CacheIdentity(name: cache.name, occurrence: 0)
      let occurrence = seen[first, default: 0]
      seen[first] = occurrence + 1
      return CacheIdentity(name: cache.name, occurrence: occurrence)
    }
  }

  // String equality is canonical equivalence, but different bytes are different names.
  static func == (one: CacheIdentity, other: CacheIdentity) -> Bool {
    one.occurrence == other.occurrence && one.name.utf8.elementsEqual(other.name.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(occurrence)
    for byte in name.utf8 { hasher.combine(byte) }
  }
}

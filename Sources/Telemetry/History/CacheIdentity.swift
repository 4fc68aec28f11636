/// Which cache of a moment is which of another: of the same name, byte for byte, and as the first, second or later one of
/// that name.
struct CacheIdentity: Hashable {
  let name: String
  /// From 0.
  let occurrence: Int

  /// The identities of a moment's caches.
  static func identities(of caches: [CacheSnapshot]) -> [CacheIdentity] {
    var seen: [CacheIdentity: Int] = [:]
    return caches.map { cache in
      let first = CacheIdentity(name: cache.name, occurrence: 0)
      let occurrence = seen[first, default: 0]
      seen[first] = occurrence + 1
      return CacheIdentity(name: cache.name, occurrence: occurrence)
    }
  }

  // Strings are equal in Swift when they look the same.
  static func == (one: CacheIdentity, other: CacheIdentity) -> Bool {
    one.occurrence == other.occurrence && one.name.utf8.elementsEqual(other.name.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(occurrence)
    for byte in name.utf8 { hasher.combine(byte) }
  }
}

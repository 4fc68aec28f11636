import Telemetry

/// A row of the table of caches.
struct CacheRow: Sendable, Hashable {
  /// What it stands for.
  enum Kind: Sendable, Hashable {
    /// A cache that has its slabs to itself.
    case cache
    /// Slabs that several caches draw from, all together; open, the caches follow one by one.
    case pool(sharers: Int, isOpen: Bool)
    /// One of the caches that draw from the slabs above, or a name that a host's merged cache also goes by.
    case sharer(isLast: Bool)
  }

  /// Tells rows apart, whatever their order: a pool and the cache that it is named after bear the same name.
  struct ID: Sendable, Hashable {
    let name: String
    var isSharer = false
  }

  let name: String
  let kind: Kind
  /// Where the cache stands in the snapshot; nil for a name alone.
  let index: Int?

  var id: ID {
    if case .sharer = kind { return ID(name: name, isSharer: true) }
    return ID(name: name)
  }
}

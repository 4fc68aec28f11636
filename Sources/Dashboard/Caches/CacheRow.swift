import Telemetry

/// Row of the cache table.
struct CacheRow: Sendable, Hashable {
  /// Kind of a row.
  enum Kind: Sendable, Hashable {
    /// Cache that shares no slabs.
    case cache
    /// Pool: slabs that several caches share, with the sums of their figures. If it is open, the rows of its caches follow.
    case pool(sharers: Int, isOpen: Bool)
    /// Cache of the pool above, or another name of a cache that the kernel merged.
    case sharer(isLast: Bool)
  }

  /// Identity of a row across rebuilds: a pool and the cache that it is named after have the same name.
  struct ID: Sendable, Hashable {
    let name: String
    var isSharer = false
  }

  let name: String
  let kind: Kind
  /// Index of the cache in the snapshot; nil for another name of a merged cache.
  let index: Int?

  var id: ID {
    if case .sharer = kind { return ID(name: name, isSharer: true) }
    return ID(name: name)
  }
}

import Telemetry

/// Rows of the cache table from top to bottom. Without pools a row is made of its cache when it is needed, because of thousands of rows
/// only those in view are.
struct CacheRows: RandomAccessCollection, Sendable {
  private let caches: [CacheSnapshot]
  /// Indices of the caches in sorted order; each is a row unless there are `pooled` rows.
  private let order: [Int]
  /// Rows if there are pools; nil without pools.
  private let pooled: [CacheRow]?

  /// Creates no rows.
  init() { (caches, order, pooled) = ([], [], nil) }

  /// Creates one row for each cache in a sorted order.
  init(_ caches: [CacheSnapshot], order: [Int]) { (self.caches, self.order, pooled) = (caches, order, nil) }

  /// Creates rows of pools and their caches.
  init(_ rows: [CacheRow]) { (caches, order, pooled) = ([], [], rows) }

  var startIndex: Int { 0 }
  var endIndex: Int { pooled?.count ?? order.count }

  subscript(position: Int) -> CacheRow {
    if let pooled { return pooled[position] }
    return CacheRow(name: caches[order[position]].name, kind: .cache, index: order[position])
  }

  /// Returns the position of the row with an identity; nil if there is none.
  /// - Parameter guess: Position at which the row is searched first.
  func index(of id: CacheRow.ID?, guess: Int) -> Int? {
    guard let id else { return nil }
    if indices.contains(guess), self[guess].id == id { return guess }
    if let pooled { return pooled.firstIndex { $0.id == id } }
    guard !id.isSharer, let cache = caches.indices.first(where: { caches[$0].name == id.name }) else { return nil }
    return order.firstIndex(of: cache)
  }
}

import Telemetry

/// Rows of the cache table: caches that have been used and pass the filter, sorted, with caches that share slabs below their pool.
struct CacheList: Sendable {
  /// Rows from top to bottom.
  private(set) var rows = CacheRows()
  /// Indices in the snapshot of the caches that share slabs, by the index of the slab holder, which comes first.
  private var sharers: [Int: [Int]] = [:]
  /// Other names of merged caches that pass the filter, by the index of the cache in the snapshot; empty without a filter.
  private var matchingNames: [Int: [String]] = [:]
  /// Order of the rows that are not below a pool.
  private var sorted = CacheOrder()
  /// Caches of the previous rebuild.
  private var caches: [CacheSnapshot] = []
  /// Sort order of the previous rebuild if every cache had one row then and nothing but the caches decided on the rows; otherwise nil.
  private var plainOrder: Order?

  /// Sort order and unfolded pools.
  struct Order: Sendable, Hashable {
    var column = CacheColumn.slabMemory
    var isInverted = false
    var ascends: Bool { column.ascendsByDefault != isInverted }
    /// Whether pools are unfolded, except those in `exceptions`.
    var isUnfolded = true
    var exceptions: Set<String> = []

    func unfolds(_ name: String) -> Bool { isUnfolded != exceptions.contains(name) }
  }

  /// Rebuilds the rows from the caches of a snapshot.
  /// - Parameters:
  ///   - query: Filter of the caches; nil lists all.
  ///   - followed: Cache that is listed even if the filter excludes it; nil for none.
  /// - Complexity: Without a filter and without pools, O(n + k log n) for n caches of which k changed since the previous rebuild; else
  ///   O(n) if their order did not change and O(n log n) if it did.
  mutating func rebuild(
    _ snapshot: Snapshot?, _ order: Order, _ cacheRates: CacheRates, query: CacheQuery?, followed: String?
  ) {
    let caches = snapshot?.caches ?? []
    defer { self.caches = caches }
    if query == nil, plainOrder == order, moveChanged(caches, order, cacheRates) { return }
    matchingNames.removeAll(keepingCapacity: true)
    findSharers(caches)
    // Caches are accessed by index because copying thousands of them would dominate the time.
    var included = caches.indices.map { index in
      caches[index].isUsed
    }
    if let query {
      for index in caches.indices where included[index] {
        included[index] = query.includes(caches[index], cacheRates) || caches[index].name == followed
        findMatchingNames(of: caches[index], at: index, query, cacheRates)
      }
    }
    var isSharer = [Bool](repeating: false, count: caches.count)
    for (holder, members) in sharers {
      for member in members where member != holder { isSharer[member] = true }
    }
    // A pool is listed if one of its caches is, or if one of its names matches.
    var hasRow = included
    for (holder, members) in sharers where members.contains(where: { included[$0] }) { hasRow[holder] = true }
    for index in matchingNames.keys { hasRow[index] = true }
    let sharers = sharers
    sorted.sort(caches, ascends: order.ascends, isListed: { hasRow[$0] && !isSharer[$0] }) {
      CacheList.key(order.column, caches, sharers[$0] ?? [$0], cacheRates)
    }
    let hasPools = !sharers.isEmpty || caches.indices.contains { !caches[$0].aliases.isEmpty }
    plainOrder = hasPools || query != nil || order.column.needsSeveralSnapshots ? nil : order
    guard hasPools else { return rows = CacheRows(caches, order: sorted.indices) }
    var pooled: [CacheRow] = []
    for index in sorted.indices { append(index, caches, included, order, to: &pooled) }
    rows = CacheRows(pooled)
  }

  /// Moves the rows of the caches that changed since the previous rebuild.
  /// - Returns: Whether that was possible; if not, nothing was changed.
  private mutating func moveChanged(_ caches: [CacheSnapshot], _ order: Order, _ cacheRates: CacheRates) -> Bool {
    guard let changed = caches.changes(since: self.caches),
      changed.allSatisfy({ !caches[$0].sharesSlabs && caches[$0].aliases.isEmpty })
    else { return false }
    guard !changed.isEmpty else { return true }
    sorted.move(changed, caches, ascends: order.ascends, isListed: { caches[$0].isUsed }) {
      CacheList.key(order.column, caches[$0], cacheRates)
    }
    rows = CacheRows(caches, order: sorted.indices)
    return true
  }

  /// Finds the other names of a merged cache that pass a filter.
  private mutating func findMatchingNames(
    of cache: CacheSnapshot, at index: Int, _ query: CacheQuery, _ cacheRates: CacheRates
  ) {
    guard !cache.aliases.isEmpty else { return }
    var named = cache
    let matching = cache.aliases.filter { alias in
      named.name = alias
      return query.includes(named, cacheRates)
    }
    if !matching.isEmpty { matchingNames[index] = matching }
  }

  /// Returns the figures of a row; those of a pool are the sums over its caches.
  func figures(of row: CacheRow, in snapshot: Snapshot) -> CacheSnapshot {
    guard let index = row.index else { return CacheSnapshot(name: row.name) }
    guard case .pool = row.kind, let members = sharers[index] else { return snapshot.caches[index] }
    return snapshot.caches[index].combined(with: members.lazy.filter { $0 != index }.map { snapshot.caches[$0] })
  }

  /// Returns the names of the caches whose figures a row shows.
  func names(of row: CacheRow, in snapshot: Snapshot) -> [String] {
    guard case .pool = row.kind, let index = row.index, let members = sharers[index] else { return [row.name] }
    return members.map { snapshot.caches[$0].name }
  }

  private mutating func findSharers(_ caches: [CacheSnapshot]) {
    sharers.removeAll(keepingCapacity: true)
    let sharing = caches.indices.filter { caches[$0].slabHolder != caches[$0].name }
    guard !sharing.isEmpty else { return }
    let indices = Dictionary(
      caches.indices.map { (caches[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in sharing {
      if let holder = indices[caches[index].slabHolder] { sharers[holder, default: [holder]].append(index) }
    }
  }

  /// Returns the sort key of a row: the sum over the caches at the indices `members`, which share slabs.
  private static func key(
    _ column: CacheColumn, _ caches: [CacheSnapshot], _ members: [Int], _ cacheRates: CacheRates
  ) -> Double {
    members.reduce(CacheOrder.unknown) {
      let value = key(column, caches[$1], cacheRates)
      guard value > CacheOrder.unknown else { return $0 }
      let isShared = column == .use || column == .objectSize || column == .stride
      return $0 == CacheOrder.unknown ? value : isShared ? max($0, value) : $0 + value
    }
  }

  /// Returns the sort key of a cache.
  private static func key(_ column: CacheColumn, _ cache: CacheSnapshot, _ cacheRates: CacheRates) -> Double {
    let value = column.value(of: cache, cacheRates)
    return value.isNaN ? CacheOrder.unknown : value
  }

  private func append(
    _ index: Int, _ caches: [CacheSnapshot], _ included: [Bool], _ order: Order, to rows: inout [CacheRow]
  ) {
    let cache = caches[index]
    let sharing = sharers[index] ?? []
    // A host names the caches that were merged and counts them together.
    let count = sharing.count > 1 ? sharing.count : cache.aliases.count
    guard count > 0 else { return rows.append(CacheRow(name: cache.name, kind: .cache, index: index)) }
    var sharers: [(name: String, index: Int?)] = sharing.filter { included[$0] }.map { (caches[$0].name, $0) }
    var names = sharing.count > 1 ? [] : cache.aliases
    if let matching = matchingNames[index], !included[index] { names = matching }
    sharers += names.map { ($0, nil) }
    // A filter that matches a cache of a folded pool, but not the cache that the pool is named after, shows the match.
    let isOpen = order.unfolds(cache.name) || !included[index]
    rows.append(CacheRow(name: cache.name, kind: .pool(sharers: count, isOpen: isOpen), index: index))
    guard isOpen else { return }
    for (position, sharer) in sharers.enumerated() {
      let kind = CacheRow.Kind.sharer(isLast: position == sharers.count - 1)
      rows.append(CacheRow(name: sharer.name, kind: kind, index: sharer.index))
    }
  }
}

extension CacheSnapshot {
  /// Returns the sums of the figures of this cache and of the caches that share its slabs.
  fileprivate func combined(with others: some Sequence<CacheSnapshot>) -> CacheSnapshot {
    others.reduce(into: self) { sum, sharer in
      sum.unknownFigures.formUnion(sharer.unknownFigures)
      sum.activeObjects += sharer.activeObjects
      sum.totalObjects += sharer.totalObjects
      sum.objectsInMagazines += sharer.objectsInMagazines
      sum.requestedBytes = CacheSnapshot.sum(sum.requestedBytes, sharer.requestedBytes)
      sum.slabBytes += sharer.slabBytes
      sum.allocations = CacheSnapshot.sum(sum.allocations, sharer.allocations)
      sum.frees = CacheSnapshot.sum(sum.frees, sharer.frees)
      sum.refills = CacheSnapshot.sum(sum.refills, sharer.refills)
      sum.flushes = CacheSnapshot.sum(sum.flushes, sharer.flushes)
      sum.failedAllocations = CacheSnapshot.sum(sum.failedAllocations, sharer.failedAllocations)
      sum.remoteFreesReturned = CacheSnapshot.sum(sum.remoteFreesReturned, sharer.remoteFreesReturned)
    }
  }

  /// Returns the sum of two figures; nil unless both are known.
  private static func sum(_ first: Int?, _ second: Int?) -> Int? {
    first.flatMap { first in second.map { first + $0 } }
  }
}

import Telemetry

/// Rows of the cache table: caches that have been used and pass the filter, sorted, with caches that share slabs below their pool.
struct CacheList: Sendable, Hashable {
  /// Rows from top to bottom.
  private(set) var rows: [CacheRow] = []
  /// Indices in the snapshot of the caches that share slabs, by the index of the slab holder, which comes first.
  private var sharers: [Int: [Int]] = [:]
  /// Indices in the order of the previous rebuild: sorting starts from it because little changes in between.
  private var order: [Int] = []

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
  /// - Complexity: O(n) for n caches whose order did not change, else O(n log n).
  mutating func rebuild(
    _ snapshot: Snapshot?, _ order: Order, _ cacheRates: CacheRates, query: CacheQuery?, followed: String?
  ) {
    let caches = snapshot?.caches ?? []
    findSharers(caches)
    // Caches are accessed by index because copying thousands of them would dominate the time.
    var included = caches.indices.map { index in
      caches[index].isUsed
    }
    if let query {
      for index in caches.indices where included[index] {
        included[index] = query.includes(caches[index], cacheRates) || caches[index].name == followed
      }
    }
    var isSharer = [Bool](repeating: false, count: caches.count)
    for (holder, members) in sharers {
      for member in members where member != holder { isSharer[member] = true }
      // A pool is listed if one of its caches is.
      included[holder] = members.contains { included[$0] }
    }
    sort(caches, included: { included[$0] && !isSharer[$0] }, order, cacheRates)
    rows.removeAll(keepingCapacity: true)
    for index in self.order { append(index, caches, included, order) }
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

  private mutating func sort(
    _ caches: [CacheSnapshot], included: (Int) -> Bool, _ order: Order, _ cacheRates: CacheRates
  ) {
    var isListed = [Bool](repeating: false, count: caches.count)
    var sorted: [(key: Double, index: Int)] = []
    sorted.reserveCapacity(caches.count)
    let column = order.column
    func add(_ index: Int) {
      guard index < caches.count, !isListed[index], included(index) else { return }
      isListed[index] = true
      if sharers.isEmpty { return sorted.append((CacheList.key(column, caches, index, cacheRates), index)) }
      let members = sharers[index] ?? []
      let key = members.reduce(members.isEmpty ? CacheList.key(column, caches, index, cacheRates) : CacheList.unknown) {
        let value = CacheList.key(column, caches, $1, cacheRates)
        guard value > CacheList.unknown else { return $0 }
        let isShared = column == .use || column == .objectSize || column == .stride
        return $0 == CacheList.unknown ? value : isShared ? max($0, value) : $0 + value
      }
      sorted.append((key, index))
    }
    self.order.forEach(add)
    caches.indices.forEach(add)
    func precedes(_ left: (key: Double, index: Int), _ right: (key: Double, index: Int)) -> Bool {
      left.key == right.key ? caches[left.index].name < caches[right.index].name : left.key < right.key
    }
    let ascends = order.ascends
    sorted.sort { left, right in
      // Unknown figures come last in both directions.
      if (left.key == CacheList.unknown) != (right.key == CacheList.unknown) { return right.key == CacheList.unknown }
      return ascends ? precedes(left, right) : precedes(right, left)
    }
    self.order = sorted.map(\.index)
  }

  /// Sort key of an unknown figure.
  private static let unknown = -Double.infinity

  /// Returns the sort key of a cache. The default sort column is handled first because it needs no copy of the cache.
  @inline(__always)
  private static func key(_ column: CacheColumn, _ caches: [CacheSnapshot], _ index: Int, _ cacheRates: CacheRates)
    -> Double
  {
    if column == .slabMemory { return Double(caches[index].slabBytes) }
    let value = column.value(of: caches[index], cacheRates)
    return value.isNaN ? unknown : value
  }

  private mutating func append(_ index: Int, _ caches: [CacheSnapshot], _ included: [Bool], _ order: Order) {
    let name = caches[index].name
    let members = (sharers[index] ?? []).filter { included[$0] || $0 == index }
    // A host names the caches that were merged and counts them together.
    let names = members.count > 1 ? members.map { caches[$0].name } : caches[index].aliases
    guard !names.isEmpty else { return rows.append(CacheRow(name: name, kind: .cache, index: index)) }
    let isOpen = order.unfolds(name)
    rows.append(CacheRow(name: name, kind: .pool(sharers: names.count, isOpen: isOpen), index: index))
    guard isOpen else { return }
    for (position, name) in names.enumerated() {
      let isLast = position == names.count - 1
      rows.append(
        CacheRow(name: name, kind: .sharer(isLast: isLast), index: members.count > 1 ? members[position] : nil))
    }
  }
}

extension CacheSnapshot {
  /// Returns the sums of the figures of this cache and of the caches that share its slabs.
  fileprivate func combined(with others: some Sequence<CacheSnapshot>) -> CacheSnapshot {
    others.reduce(into: self) { sum, sharer in
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

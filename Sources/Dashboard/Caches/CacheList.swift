import Telemetry

/// The caches as the table lists them: those that hold or held something and pass the filter, sorted, with those that share
/// slabs under each other.
struct CacheList: Sendable, Hashable {
  /// From the top.
  private(set) var rows: [CacheRow] = []
  /// The caches that draw from the slabs of one, by that one's place in the snapshot, itself first.
  private var sharers: [Int: [Int]] = [:]
  /// The order of the last time, to begin with: little changes in between.
  private var order: [Int] = []

  /// What the table goes by.
  struct Order: Sendable, Hashable {
    var column = CacheColumn.held
    var isInverted = false
    var ascends: Bool { column.ascendsByDefault != isInverted }
    /// Whether caches that share slabs are listed under them, unless it is the other way round for one.
    var isUnfolded = true
    var exceptions: Set<String> = []

    func unfolds(_ name: String) -> Bool { isUnfolded != exceptions.contains(name) }
  }

  /// Lists a snapshot's caches.
  /// - Parameters:
  ///   - query: which are listed; nil for all.
  ///   - followed: a cache that is listed whatever the query says.
  /// - Complexity: O(n) for n caches whose order did not change, else O(n log n).
  mutating func arrange(
    _ snapshot: Snapshot?, _ order: Order, _ times: CacheTimes, query: CacheQuery?, followed: String?
  ) {
    let caches = snapshot?.caches ?? []
    findSharers(caches)
    // By index throughout: to copy thousands of caches takes longer than all else here.
    var included = caches.indices.map { index in
      caches[index].isUsed
    }
    if let query {
      for index in caches.indices where included[index] {
        included[index] = query.includes(caches[index], times) || caches[index].name == followed
      }
    }
    var isSharer = [Bool](repeating: false, count: caches.count)
    for (holder, members) in sharers {
      for member in members where member != holder { isSharer[member] = true }
      // Slabs are listed where one that draws from them is.
      included[holder] = members.contains { included[$0] }
    }
    sort(caches, included: { included[$0] && !isSharer[$0] }, order, times)
    rows.removeAll(keepingCapacity: true)
    for index in self.order { append(index, caches, included, order) }
  }

  /// The figures of a row: a pool's are those of all its caches.
  func figures(of row: CacheRow, in snapshot: Snapshot) -> CacheSnapshot {
    guard let index = row.index else { return CacheSnapshot(name: row.name) }
    guard case .pool = row.kind, let members = sharers[index] else { return snapshot.caches[index] }
    return snapshot.caches[index].together(with: members.lazy.filter { $0 != index }.map { snapshot.caches[$0] })
  }

  /// The names of the caches whose figures a row has.
  func names(of row: CacheRow, in snapshot: Snapshot) -> [String] {
    guard case .pool = row.kind, let index = row.index, let members = sharers[index] else { return [row.name] }
    return members.map { snapshot.caches[$0].name }
  }

  private mutating func findSharers(_ caches: [CacheSnapshot]) {
    sharers.removeAll(keepingCapacity: true)
    let those = caches.indices.filter { caches[$0].slabHolder != caches[$0].name }
    guard !those.isEmpty else { return }
    let places = Dictionary(
      caches.indices.map { (caches[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in those {
      if let holder = places[caches[index].slabHolder] { sharers[holder, default: [holder]].append(index) }
    }
  }

  private mutating func sort(
    _ caches: [CacheSnapshot], included: (Int) -> Bool, _ order: Order, _ times: CacheTimes
  ) {
    var isListed = [Bool](repeating: false, count: caches.count)
    var sorted: [(key: Double, index: Int)] = []
    sorted.reserveCapacity(caches.count)
    let column = order.column
    func add(_ index: Int) {
      guard index < caches.count, !isListed[index], included(index) else { return }
      isListed[index] = true
      if sharers.isEmpty { return sorted.append((CacheList.key(column, caches, index, times), index)) }
      let members = sharers[index] ?? []
      let key = members.reduce(members.isEmpty ? CacheList.key(column, caches, index, times) : CacheList.unknown) {
        let value = CacheList.key(column, caches, $1, times)
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
      // Unknown figures come last in either direction.
      if (left.key == CacheList.unknown) != (right.key == CacheList.unknown) { return right.key == CacheList.unknown }
      return ascends ? precedes(left, right) : precedes(right, left)
    }
    self.order = sorted.map(\.index)
  }

  /// The key of a figure that is not known.
  private static let unknown = -Double.infinity

  /// What a cache is sorted by. What the table is sorted by at first needs no look at the rest of the cache.
  @inline(__always)
  private static func key(_ column: CacheColumn, _ caches: [CacheSnapshot], _ index: Int, _ times: CacheTimes) -> Double
  {
    if column == .held { return Double(caches[index].slabBytes) }
    let value = column.value(of: caches[index], times)
    return value.isNaN ? unknown : value
  }

  private mutating func append(_ index: Int, _ caches: [CacheSnapshot], _ included: [Bool], _ order: Order) {
    let name = caches[index].name
    let members = (sharers[index] ?? []).filter { included[$0] || $0 == index }
    // A host names who shares slabs, and counts them together.
    let names = members.count > 1 ? members.map { caches[$0].name } : caches[index].aliases
    guard !names.isEmpty else { return rows.append(CacheRow(name: name, kind: .cache, index: index)) }
    let isOpen = order.unfolds(name)
    rows.append(CacheRow(name: name, kind: .pool(sharers: names.count, isOpen: isOpen), index: index))
    guard isOpen else { return }
    for (place, name) in names.enumerated() {
      let isLast = place == names.count - 1
      rows.append(
        CacheRow(name: name, kind: .sharer(isLast: isLast), index: members.count > 1 ? members[place] : nil))
    }
  }
}

extension CacheSnapshot {
  /// The figures of caches that draw from this one's slabs, and its own, together.
  fileprivate func together(with others: some Sequence<CacheSnapshot>) -> CacheSnapshot {
    others.reduce(into: self) { sum, other in
      sum.activeObjects += other.activeObjects
      sum.totalObjects += other.totalObjects
      sum.objectsInMagazines += other.objectsInMagazines
      sum.requestedBytes = CacheSnapshot.sum(sum.requestedBytes, other.requestedBytes)
      sum.slabBytes += other.slabBytes
      sum.allocations = CacheSnapshot.sum(sum.allocations, other.allocations)
      sum.frees = CacheSnapshot.sum(sum.frees, other.frees)
      sum.refills = CacheSnapshot.sum(sum.refills, other.refills)
      sum.flushes = CacheSnapshot.sum(sum.flushes, other.flushes)
      sum.failedAllocations = CacheSnapshot.sum(sum.failedAllocations, other.failedAllocations)
      sum.remoteFreesReturned = CacheSnapshot.sum(sum.remoteFreesReturned, other.remoteFreesReturned)
    }
  }

  /// The sum of two figures; nil unless both are known.
  private static func sum(_ one: Int?, _ other: Int?) -> Int? { one.flatMap { one in other.map { one + $0 } } }
}

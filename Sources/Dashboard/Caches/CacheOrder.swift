import Telemetry

/// Sorted order of the caches of a snapshot. It follows the snapshots of a source: only caches whose figures changed are moved.
struct CacheOrder: Sendable {
  /// Indices of the listed caches in the snapshot, in sorted order.
  private(set) var indices: [Int] = []
  /// Sort key of each cache by its index in the snapshot.
  private var keys: [Double] = []
  /// Place of each cache among all caches in the order of their names, by its index in the snapshot.
  private var nameRanks: [Int] = []
  /// Caches whose names `nameRanks` has.
  private var rankedCaches: [CacheSnapshot] = []

  /// Sort key of an unknown figure. Unknown figures come last in both directions.
  static let unknown = -Double.infinity

  /// Sorts the caches that are listed. Sorting starts from the order before, because little changes in between.
  /// - Complexity: O(n) for n caches whose order did not change, else O(n log n).
  mutating func sort(
    _ caches: [CacheSnapshot], ascends: Bool, isListed: (Int) -> Bool, key: (Int) -> Double
  ) {
    keys = [Double](repeating: CacheOrder.unknown, count: caches.count)
    rankNames(caches)
    var isAdded = [Bool](repeating: false, count: caches.count)
    var sorted: [Int] = []
    sorted.reserveCapacity(caches.count)
    func add(_ index: Int) {
      guard index < caches.count, !isAdded[index], isListed(index) else { return }
      isAdded[index] = true
      keys[index] = key(index)
      sorted.append(index)
    }
    indices.forEach(add)
    caches.indices.forEach(add)
    sorted.sort { precedes($0, $1, ascends) }
    indices = sorted
  }

  /// Moves the caches that changed to their new places.
  /// - Parameter changed: Indices of the changed caches in the snapshot, each once. All other caches must be as they were.
  /// - Complexity: O(n + k log n) for k changed of n caches.
  mutating func move(
    _ changed: [Int], _ caches: [CacheSnapshot], ascends: Bool, isListed: (Int) -> Bool, key: (Int) -> Double
  ) {
    var isChanged = [Bool](repeating: false, count: caches.count)
    var moved: [Int] = []
    for index in changed {
      isChanged[index] = true
      keys[index] = isListed(index) ? key(index) : CacheOrder.unknown
      if isListed(index) { moved.append(index) }
    }
    var rest: [Int] = []
    rest.reserveCapacity(indices.count)
    for index in indices where !isChanged[index] { rest.append(index) }
    moved.sort { precedes($0, $1, ascends) }
    var merged: [Int] = []
    merged.reserveCapacity(rest.count + moved.count)
    var start = 0
    for index in moved {
      // Binary search for the first cache that does not precede the moved one.
      var (low, high) = (start, rest.count)
      while low < high {
        let middle = (low + high) / 2
        if precedes(rest[middle], index, ascends) { low = middle + 1 } else { high = middle }
      }
      merged += rest[start..<low]
      merged.append(index)
      start = low
    }
    merged += rest[start...]
    indices = merged
  }

  /// Finds the places of the caches in the order of their names, which seldom changes.
  private mutating func rankNames(_ caches: [CacheSnapshot]) {
    defer { rankedCaches = caches }
    guard caches.changes(since: rankedCaches) == nil else { return }
    nameRanks = [Int](repeating: 0, count: caches.count)
    for (rank, index) in caches.indices.sorted(by: { caches[$0].name < caches[$1].name }).enumerated() {
      nameRanks[index] = rank
    }
  }

  /// Returns whether a cache comes before another one; caches with equal keys are sorted by name.
  @inline(__always)
  private func precedes(_ left: Int, _ right: Int, _ ascends: Bool) -> Bool {
    let (leftKey, rightKey) = (keys[left], keys[right])
    if leftKey == rightKey {
      return ascends ? nameRanks[left] < nameRanks[right] : nameRanks[right] < nameRanks[left]
    }
    if leftKey == CacheOrder.unknown || rightKey == CacheOrder.unknown { return rightKey == CacheOrder.unknown }
    return ascends ? leftKey < rightKey : rightKey < leftKey
  }
}

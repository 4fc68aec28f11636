/// Assignment of sort keys, which determine the order of the caches of a snapshot (column `place` of the table
/// `cache_figures`). Keys have gaps between them, so that a new or moved cache gets a key between those of its neighbours, and
/// the other caches need no new row.
enum CacheSortKeys {
  /// Returns ascending keys for the caches of a snapshot.
  /// - Parameter known: Current key of each cache, in the order of the snapshot; nil for a new cache.
  /// - Returns: A key for each cache. As many caches as possible keep their current key.
  static func ascending(_ known: [Int?]) -> [Int] {
    let kept = longestAscent(known)
    var keys: [Int] = []
    keys.reserveCapacity(known.count)
    for index in kept + [known.count] {
      let newCount = index - keys.count
      let upper = index < known.count ? known[index] : nil
      let lower = keys.last ?? (upper ?? 0) - gap * (newCount + 1)
      let distance = (upper ?? lower + gap * (newCount + 1)) - lower
      guard distance > newCount else { return known.indices.map { $0 * gap } }
      for number in 0..<newCount { keys.append(lower + distance / (newCount + 1) * (number + 1)) }
      if let upper { keys.append(upper) }
    }
    return keys
  }

  /// Distance of the keys of two caches that are added one after the other.
  private static let gap = 1 << 20
  /// Bound of the absolute value of a key. A recorder never exceeds it, but a damaged file may.
  private static let bound = 1 << 60

  /// Returns the indices of a longest ascending subsequence (Fredman, "On computing the length of longest increasing
  /// subsequences", 1975).
  private static func longestAscent(_ known: [Int?]) -> [Int] {
    // For each length, the smallest last element of all ascending subsequences of that length.
    var ends: [(key: Int, index: Int)] = []
    // For each index, the index of the preceding element of its subsequence.
    var predecessors = [Int?](repeating: nil, count: known.count)
    for (index, key) in known.enumerated() {
      guard let key, key > -bound, key < bound else { continue }
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle].key < key { low = middle + 1 } else { high = middle }
      }
      predecessors[index] = low > 0 ? ends[low - 1].index : nil
      if low == ends.count { ends.append((key, index)) } else { ends[low] = (key, index) }
    }
    var ascent: [Int] = []
    var next = ends.last?.index
    while let index = next {
      ascent.append(index)
      next = predecessors[index]
    }
    return ascent.reversed()
  }
}

/// Assignment of places: integers by which the caches of a snapshot are sorted. Places have gaps between them, so that
/// a new or moved cache gets a place between those of its neighbours, and the other caches need no new row.
enum CacheSortKeys {
  /// Returns ascending places for the caches of a snapshot.
  /// - Parameter known: Current place of each cache, in the order of the snapshot; nil for a new cache.
  /// - Returns: A place for each cache; the largest possible number of caches keeps the current place.
  static func ascending(_ known: [Int?]) -> [Int] {
    let kept = longestAscent(known)
    var places: [Int] = []
    places.reserveCapacity(known.count)
    for index in kept + [known.count] {
      let newCount = index - places.count
      let upper = index < known.count ? known[index] : nil
      let lower = places.last ?? (upper ?? 0) - gap * (newCount + 1)
      let distance = (upper ?? lower + gap * (newCount + 1)) - lower
      guard distance > newCount else { return known.indices.map { $0 * gap } }
      for number in 0..<newCount { places.append(lower + distance / (newCount + 1) * (number + 1)) }
      if let upper { places.append(upper) }
    }
    return places
  }

  /// Distance of the places of two caches that are added one after the other.
  private static let gap = 1 << 20
  /// Bound of the absolute value of a place. A recorder never exceeds it, but a damaged file may.
  private static let bound = 1 << 60

  /// Returns the indices of a longest ascending subsequence (Fredman, "On computing the length of longest increasing
  /// subsequences", 1975).
  private static func longestAscent(_ known: [Int?]) -> [Int] {
    // For each length, the smallest last element of all ascending subsequences of that length.
    var ends: [(place: Int, index: Int)] = []
    // For each index, the index of the preceding element of its subsequence.
    var predecessors = [Int?](repeating: nil, count: known.count)
    for (index, place) in known.enumerated() {
      guard let place, place > -bound, place < bound else { continue }
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle].place < place { low = middle + 1 } else { high = middle }
      }
      predecessors[index] = low > 0 ? ends[low - 1].index : nil
      if low == ends.count { ends.append((place, index)) } else { ends[low] = (place, index) }
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

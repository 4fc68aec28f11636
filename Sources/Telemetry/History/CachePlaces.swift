/// Where caches stand among each other. Places have gaps between them, so that a cache that comes, or moves, takes a place of
/// its own and leaves the others theirs: what has its place needs no new row.
enum CachePlaces {
  /// Ascending places.
  /// - Parameter known: for each cache the place it has, nil of one that has none; in the order that is wanted.
  /// - Returns: a place for each: the one it has, for as many as possible.
  static func ascending(_ known: [Int?]) -> [Int] {
    let kept = longestAscent(known)
    var places: [Int] = []
    places.reserveCapacity(known.count)
    for index in kept + [known.count] {
      let newcomers = index - places.count
      let upper = index < known.count ? known[index] : nil
      let lower = places.last ?? (upper ?? 0) - gap * (newcomers + 1)
      let room = (upper ?? lower + gap * (newcomers + 1)) - lower
      guard room > newcomers else { return known.indices.map { $0 * gap } }
      for newcomer in 0..<newcomers { places.append(lower + room / (newcomers + 1) * (newcomer + 1)) }
      if let upper { places.append(upper) }
    }
    return places
  }

  private static let gap = 1 << 20
  /// No recorder gives places beyond; a file that was meddled with may hold some.
  private static let bound = 1 << 60

  /// Indices of a longest ascending subsequence (Fredman, "On computing the length of longest increasing subsequences",
  /// 1975).
  private static func longestAscent(_ known: [Int?]) -> [Int] {
    // The lowest end of all ascents of each length, and before each place the one it ascends from.
    var ends: [(place: Int, index: Int)] = []
    var before = [Int?](repeating: nil, count: known.count)
    for (index, place) in known.enumerated() {
      guard let place, place > -bound, place < bound else { continue }
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle].place < place { low = middle + 1 } else { high = middle }
      }
      before[index] = low > 0 ? ends[low - 1].index : nil
      if low == ends.count { ends.append((place, index)) } else { ends[low] = (place, index) }
    }
    var ascent: [Int] = []
    var next = ends.last?.index
    while let index = next {
      ascent.append(index)
      next = before[index]
    }
    return ascent.reversed()
  }
}

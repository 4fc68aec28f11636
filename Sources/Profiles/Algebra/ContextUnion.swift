/// Union of the contexts and sizes of two profiles, with the position of each in both.
struct ContextUnion {
  /// Contexts of both profiles, sorted.
  private(set) var contexts: [AllocationContext] = []
  /// Sizes of both profiles, ascending.
  private(set) var sizes: [Int] = []
  private var contextPositions: [(Int?, Int?)] = []
  private var sizePositions: [(Int?, Int?)] = []

  init(_ one: AllocationProfile, _ other: AllocationProfile) {
    (contexts, contextPositions) = ContextUnion.merge(one.contexts, other.contexts)
    (sizes, sizePositions) = ContextUnion.merge(one.sizes, other.sizes)
  }

  /// Returns the union of two sorted lists, and the index of each element in both; nil where a list lacks it.
  private static func merge<Element: Comparable>(
    _ one: [Element], _ other: [Element]
  ) -> ([Element], [(Int?, Int?)]) {
    var (union, positions): ([Element], [(Int?, Int?)]) = ([], [])
    var (first, second) = (0, 0)
    while first < one.count || second < other.count {
      if second == other.count || first < one.count && one[first] < other[second] {
        union.append(one[first])
        positions.append((first, nil))
        first += 1
      } else if first == one.count || other[second] < one[first] {
        union.append(other[second])
        positions.append((nil, second))
        second += 1
      } else {
        union.append(one[first])
        positions.append((first, second))
        (first, second) = (first + 1, second + 1)
      }
    }
    return (union, positions)
  }

  /// Combines two lists in the order of the contexts of the first and of the second profile.
  func combine<Element>(
    _ one: [Element], _ other: [Element], _ operation: (Element?, Element?) -> Element
  ) -> [Element] {
    contextPositions.map { operation($0.0.map { one[$0] }, $0.1.map { other[$0] }) }
  }

  /// Returns the moments of both profiles with the smallest ranks, with the live objects in the order of the union.
  func moments(_ one: [ProfiledMoment], _ other: [ProfiledMoment]) -> [ProfiledMoment] {
    let all = one.map { (moment: $0, isFirst: true) } + other.map { (moment: $0, isFirst: false) }
    let kept = all.sorted { ContextUnion.precedes($0.moment, $1.moment) }.prefix(AllocationProfile.momentCount)
    return kept.map { moment, isFirst in
      var moment = moment
      moment.liveObjects = ContextUnion.rearrange(moment.liveObjects, contextPositions, isFirst)
      moment.peakObjectsBySize = ContextUnion.rearrange(moment.peakObjectsBySize, sizePositions, isFirst)
      return moment
    }
  }

  private static func precedes(_ one: ProfiledMoment, _ other: ProfiledMoment) -> Bool {
    (one.rank, one.microseconds) < (other.rank, other.microseconds)
  }

  private static func rearrange(_ row: [Int32], _ positions: [(Int?, Int?)], _ isFirst: Bool) -> [Int32] {
    positions.map { position in (isFirst ? position.0 : position.1).map { row[$0] } ?? 0 }
  }
}

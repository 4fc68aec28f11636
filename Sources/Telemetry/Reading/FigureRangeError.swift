/// Figure of a saved snapshot that no machine can have, and with which calculations could overflow.
struct FigureRangeError: Error, CustomStringConvertible {
  /// Name of the cache; nil for a figure of the whole machine.
  var cache: String?
  /// Key of the figure, or several.
  var figure: String

  var description: String {
    "expected possible figures, found \(figure)\(cache.map { " of cache '\($0)'" } ?? "") out of range"
  }
}

extension Snapshot {
  /// Throws an error if a figure is out of the range of a real machine.
  func checkRanges() throws(FigureRangeError) {
    guard caches.count <= 1 << 16 else { throw FigureRangeError(figure: "more than 65,536 caches") }
    var (copy, check) = (self, RangeCheck())
    copy.visitFigures(&check)
    if let figure = check.figure { throw FigureRangeError(figure: figure) }
    for cache in caches {
      (copy.caches, check) = ([], RangeCheck())
      var figures = cache
      figures.visitFigures(&check)
      if let figure = check.figure { throw FigureRangeError(cache: cache.name, figure: figure) }
      guard cache.fitsInMemory else {
        throw FigureRangeError(cache: cache.name, figure: "the product of count and size")
      }
    }
    for node in generalCaches ?? []
    where !(0...1 << 40).contains(node.size) || !(0..<41).contains(node.highestSetBit ?? 0) {
      throw FigureRangeError(figure: "a general cache")
    }
  }
}

extension CacheSnapshot {
  /// Whether objects and slabs fit in 16 TiB of memory, so that calculations with the figures cannot overflow.
  var fitsInMemory: Bool {
    func fits(_ count: Int, _ size: Int) -> Bool {
      let (bytes, overflows) = count.multipliedReportingOverflow(by: max(1, size))
      return !overflows && bytes <= 1 << 44
    }
    return max(stride, objectSize) <= 1 << 32 && magazineCapacity <= 1 << 32
      && fits(activeObjects, max(stride, objectSize)) && fits(totalObjects, stride)
      && fits(objectsInMagazines, stride) && fits(slabs, 4096 << preferredOrder) && fits(slabs, objectsPerPreferredSlab)
      && slabBytes <= 1 << 44
  }
}

/// Visitor that finds a figure that is negative or above 2^48, and counts of the wrong number.
private struct RangeCheck: FigureVisitor {
  /// Key of the first figure that is out of range.
  private(set) var figure: String?

  private mutating func check(_ column: String, _ isValid: Bool) {
    if !isValid { figure = figure ?? column }
  }

  mutating func visit(_ column: String, _ value: inout Int) {
    check(column, (0...(column == "preferred_order" ? 10 : 1 << 48)).contains(value))
  }
  mutating func visit(_ column: String, _ value: inout Bool) {}
  mutating func visit(_ column: String, _ value: inout String) {}
  mutating func visit(_ column: String, _ value: inout String?) {}
  mutating func visit(_ column: String, _ value: inout [Int]) {
    check(column, value.count == 11 && value.allSatisfy { (0...1 << 48).contains($0) })
  }
  mutating func visit(_ column: String, _ value: inout [Int], isKnown: inout Bool) {
    if isKnown { visit(column, &value) }
  }
  mutating func visit(_ column: String, _ value: inout Int?) {
    if var known = value { visit(column, &known) }
  }
  mutating func visit(_ column: String, _ value: inout Bool?) {}
  mutating func visit(_ column: String, _ value: inout [Int]?) {
    guard let value else { return }
    check(column, value.count == SlabOccupancy.parts + 2 && value.allSatisfy { (0...1 << 48).contains($0) })
  }
}

/// Numbers of blocks that the kernel's page allocator allocated and freed. They are counted instead of being recorded as
/// events.
package struct PageTraffic: Sendable, Hashable, Encodable {
  /// Number of blocks allocated, indexed by order.
  package var allocated = [Int](repeating: 0, count: 11)
  /// Number of blocks freed, indexed by order.
  package var freed = [Int](repeating: 0, count: 11)
  /// Number of failed requests.
  package var failed = 0

  /// Creates traffic in which all counts are 0.
  package init() {}
}

/// Text of page traffic in a recording's samples: a line `order allocated freed` for each order, and a line `failed N`.
extension PageTraffic {
  /// Text of a sample.
  package var text: String {
    let orders = allocated.indices.map { "\($0) \(allocated[$0]) \(freed[$0])\n" }.joined()
    return orders + "failed \(failed)\n"
  }

  /// Parses the text of a sample. Lines of another form are ignored.
  package init(text: String) {
    self.init()
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "failed" { failed = Int(words[1]) ?? 0 }
      guard words.count == 3, let order = Int(words[0]), allocated.indices.contains(order) else { continue }
      (allocated[order], freed[order]) = (Int(words[1]) ?? 0, Int(words[2]) ?? 0)
    }
  }
}

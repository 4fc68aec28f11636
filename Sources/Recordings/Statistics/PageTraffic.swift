/// Pages that the kernel's page allocator handed out and took back: counted, not recorded one by one.
public struct PageTraffic: Sendable, Hashable, Encodable {
  /// Blocks allocated and freed, by order.
  public var allocated = [Int](repeating: 0, count: 11)
  /// Blocks freed, by order.
  public var freed = [Int](repeating: 0, count: 11)
  /// Requests that got nothing.
  public var failed = 0

  /// Nothing yet.
  public init() {}
}

/// How page traffic stands in a recording's samples: a line an order, then the failures.
extension PageTraffic {
  /// The lines, as a sample stores them.
  package var text: String {
    let orders = allocated.indices.map { "\($0) \(allocated[$0]) \(freed[$0])\n" }.joined()
    return orders + "failed \(failed)\n"
  }

  /// Reads what `text` wrote; lines that are not as it writes them are passed over.
  init(text: String) {
    self.init()
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "failed" { failed = Int(words[1]) ?? 0 }
      guard words.count == 3, let order = Int(words[0]), allocated.indices.contains(order) else { continue }
      (allocated[order], freed[order]) = (Int(words[1]) ?? 0, Int(words[2]) ?? 0)
    }
  }
}

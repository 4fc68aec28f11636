/// Reads /proc/buddyinfo: `Node 0, zone   Normal    270     30 ...`.
enum Buddyinfo {
  /// Free blocks of each order, of all nodes and zones together.
  static func freeBlocks(_ text: String) -> [Int] {
    var blocks = [Int](repeating: 0, count: 11)
    for line in text.split(separator: "\n") where line.hasPrefix("Node") {
      let counts = line.split(separator: " ").drop { $0 != "zone" }.dropFirst(2).compactMap { Int($0) }
      for (order, count) in counts.prefix(blocks.count).enumerated() { blocks[order] += count }
    }
    return blocks
  }
}

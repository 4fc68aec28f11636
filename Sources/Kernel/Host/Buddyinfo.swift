/// Parser of /proc/buddyinfo: `Node 0, zone   Normal    270     30 ...`.
enum Buddyinfo {
  /// Returns the number of free blocks, indexed by order, in all nodes and zones.
  static func freeBlocks(_ text: String) -> [Int] {
    var blocks = [Int](repeating: 0, count: 11)
    for line in text.split(separator: "\n") where line.hasPrefix("Node") {
      let counts = line.split(separator: " ").drop { $0 != "zone" }.dropFirst(2).compactMap { Int($0) }
      for (order, count) in counts.prefix(blocks.count).enumerated() { blocks[order] += count }
    }
    return blocks
  }
}

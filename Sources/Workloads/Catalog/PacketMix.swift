/// Distribution of packet sizes: ranges of sizes with their shares.
package struct PacketMix: Sendable, Hashable, CustomStringConvertible {
  /// Range of sizes with its share. Sizes are distributed uniformly within the range.
  package struct Part: Sendable, Hashable {
    /// Sizes in bytes.
    package var bytes: ClosedRange<Int>
    /// Share of the packets, relative to the sum of all shares.
    package var share: Int
  }

  /// Ranges of sizes, at least one.
  package let parts: [Part]
  /// Sum of all shares.
  private let total: Int

  /// Size of the largest IPv4 packet in bytes.
  package static let largest = 65_535

  /// Simple Internet mix (IMIX): 40, 576 and 1500 bytes at 7:4:1.
  package static let imix = PacketMix(parts: [
    Part(bytes: 40...40, share: 7), Part(bytes: 576...576, share: 4), Part(bytes: 1500...1500, share: 1),
  ])

  init(parts: [Part]) {
    self.parts = parts
    total = parts.reduce(0) { $0 + $1.share }
  }

  /// Creates a uniform distribution over a range of sizes.
  init(_ bytes: ClosedRange<Int>) { self.init(parts: [Part(bytes: bytes, share: 1)]) }

  /// Parses sizes or ranges with their shares: `40:7,576:4,1500:1` or `40-64:2,512:1`. A share of 1 may be omitted.
  /// Returns nil for any other text, for sizes outside 1...65535 and for shares outside 1...1000000.
  package init?(_ text: String) {
    var parts: [Part] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      let bounds = (fields.first ?? "").split(separator: "-", omittingEmptySubsequences: false)
      guard fields.count <= 2, bounds.count <= 2, let lower = bounds.first.flatMap({ Int($0) }),
        let upper = bounds.last.flatMap({ Int($0) }), let share = fields.count == 2 ? Int(fields[1]) : 1,
        lower >= 1, upper >= lower, upper <= PacketMix.largest, (1...1_000_000).contains(share)
      else { return nil }
      parts.append(Part(bytes: lower...upper, share: share))
    }
    self.init(parts: parts)
  }

  /// Mix in the syntax that `init(_:)` parses.
  package var description: String {
    parts.map { part in
      let upper = part.bytes.count > 1 ? "-\(part.bytes.upperBound)" : ""
      return "\(part.bytes.lowerBound)\(upper):\(part.share)"
    }.joined(separator: ",")
  }

  /// Returns a random size in bytes.
  @inline(__always)
  func draw(using random: inout SplitMix64) -> Int {
    var position = random.below(total)
    for part in parts {
      position -= part.share
      if position < 0 {
        return part.bytes.lowerBound == part.bytes.upperBound
          ? part.bytes.lowerBound : random.uniform(part.bytes.lowerBound, part.bytes.upperBound)
      }
    }
    return parts[0].bytes.lowerBound
  }
}

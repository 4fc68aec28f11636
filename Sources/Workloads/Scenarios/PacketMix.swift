/// A mix of packet sizes: so many of each out of a round.
public struct PacketMix: Sendable, Hashable, CustomStringConvertible {
  /// Sizes in bytes, each as likely as the others, and how many packets of a round have one of them.
  public struct Part: Sendable, Hashable {
    /// Bytes.
    public var bytes: ClosedRange<Int>
    /// Packets of a round.
    public var share: Int
  }

  /// The parts, one at least.
  public let parts: [Part]
  private let total: Int

  /// The largest packet of IPv4.
  public static let largest = 65_535

  /// The simple internet mix: 7 : 4 : 1 of 40, 576 and 1500 bytes.
  public static let imix = PacketMix(parts: [
    Part(bytes: 40...40, share: 7), Part(bytes: 576...576, share: 4), Part(bytes: 1500...1500, share: 1),
  ])

  init(parts: [Part]) {
    self.parts = parts
    total = parts.reduce(0) { $0 + $1.share }
  }

  /// One part: all sizes of a range.
  init(_ bytes: ClosedRange<Int>) { self.init(parts: [Part(bytes: bytes, share: 1)]) }

  /// Reads `40:7,576:4,1500:1`, or ranges, `40-64:2,512:1`; a share of 1 may be left out. Nil where it is anything else.
  public init?(_ text: String) {
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

  /// As it is read.
  public var description: String {
    parts.map { part in
      let upper = part.bytes.count > 1 ? "-\(part.bytes.upperBound)" : ""
      return "\(part.bytes.lowerBound)\(upper):\(part.share)"
    }.joined(separator: ",")
  }

  /// A size, drawn by its share.
  @inline(__always)
  func draw(using random: inout SplitMix64) -> Int {
    var ticket = random.below(total)
    for part in parts {
      ticket -= part.share
      if ticket < 0 {
        return part.bytes.lowerBound == part.bytes.upperBound
          ? part.bytes.lowerBound : random.uniform(part.bytes.lowerBound, part.bytes.upperBound)
      }
    }
    return parts[0].bytes.lowerBound
  }
}

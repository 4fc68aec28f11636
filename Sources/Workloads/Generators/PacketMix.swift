internal import Glibc

/// A mix of packet sizes: so many of each out of a round.
struct PacketMix: Sendable {
  let sizes: [(bytes: Int, share: Int)]

  /// The simple internet mix: 7 : 4 : 1 of 40, 576 and 1500 bytes.
  static let imix = PacketMix(sizes: [(40, 7), (576, 4), (1500, 1)])

  /// A size, drawn by its share.
  func draw(using random: inout SplitMix64) -> Int {
    var ticket = Int.random(in: 0..<sizes.reduce(0) { $0 + $1.share }, using: &random)
    for (bytes, share) in sizes {
      ticket -= share
      if ticket < 0 { return bytes }
    }
    return sizes[0].bytes
  }
}

extension Double {
  /// The natural logarithm.
  var logarithm: Double { log(self) }
}

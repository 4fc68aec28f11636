import ArgumentParser

/// Argument that is a number of bytes: `64M`, `1.5G`, `65536`. K, M, G and T are powers of 1024.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    var digits = argument.uppercased()
    for suffix in ["IB", "B"] where digits.hasSuffix(suffix) { digits.removeLast(suffix.count) }
    var factor = 1.0
    if let last = digits.last, let unit = units[last] {
      factor = unit
      digits.removeLast()
    }
    guard let number = Double(digits), number >= 0, number * factor < 1e15 else { return nil }
    bytes = Int(number * factor)
  }

  init(bytes: Int) { self.bytes = bytes }

  var defaultValueDescription: String { bytes % (1 << 20) == 0 ? "\(bytes >> 20)M" : "\(bytes)" }
}

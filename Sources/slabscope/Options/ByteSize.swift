import ArgumentParser
import TextOutput

/// Argument that is a number of bytes: `64M`, `1.5G`, `65536`. K, M, G and T are powers of 1024.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    guard let bytes = ByteCount.parse(argument) else { return nil }
    self.bytes = bytes
  }

  init(bytes: Int) { self.bytes = bytes }

  var defaultValueDescription: String { bytes % (1 << 20) == 0 ? "\(bytes >> 20)M" : "\(bytes)" }
}

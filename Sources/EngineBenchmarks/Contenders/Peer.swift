import ArgumentParser
import Foundation

/// A general allocator: a library that replaces malloc.
struct Peer: ExpressibleByArgument {
  let name: String
  let path: String

  /// Libraries of Debian's packages libjemalloc2, libmimalloc2.0 and libtcmalloc-minimal4.
  static let packaged = [
    ("jemalloc", "libjemalloc.so.2"), ("mimalloc2", "libmimalloc.so.2.0"), ("tcmalloc", "libtcmalloc_minimal.so.4"),
  ]

  init(name: String, path: String) { (self.name, self.path) = (name, path) }

  /// Reads `NAME=PATH`.
  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    // LD_PRELOAD finds a name without a slash in the library directories, not in the working directory.
    self.init(name: parts[0], path: URL(fileURLWithPath: parts[1]).standardizedFileURL.path)
  }

  /// Returns the path of an installed library; nil if it is not installed.
  static func installed(_ library: String) -> String? {
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"].map { "\($0)/\(library)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}

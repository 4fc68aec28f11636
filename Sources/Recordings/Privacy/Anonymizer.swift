/// Replaces names that could tell whose machine was recorded: call sites and cache names that are not the mainline kernel's
/// own, such as those of a vendor's module, become hashes. Task names and addresses are never in a recording.
///
/// A name is public when the networking, memory-management, file-system or process code of mainline Linux bears it; the
/// list is that of `PublicKernelNames`, by exact name for caches, by exact name or subsystem prefix for functions.
public struct Anonymizer: Sendable {
  /// Mixed into each hash, so that hashes of two recordings can't be joined unless they share it.
  private let salt: UInt64

  /// - Parameter salt: the same gives the same hashes; by default a random one.
  public init(salt: UInt64 = .random(in: .min ... .max)) { self.salt = salt }

  /// Replaces every cache name that is not public in a text with a cache a line, such as /proc/slabinfo or slab occupancy.
  public func cacheNames(in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      let name = line.prefix { $0 != " " }
      guard !name.isEmpty, name != "#", name != "slabinfo" else { return String(line) }
      return cache(String(name)) + line[name.endIndex...]
    }.joined(separator: "\n")
  }

  /// A cache's name, or `cache-` and a hash.
  public func cache(_ name: String) -> String {
    PublicKernelNames.isCache(name) ? name : "cache-\(hash(name))"
  }

  /// A call site, or `site-` and a hash; which object of the function it was stays told apart.
  public func site(_ name: String) -> String {
    let function = name.prefix { $0 != "+" }
    return PublicKernelNames.isFunction(String(function)) ? name : "site-\(hash(name))"
  }

  /// FNV-1a (Fowler, Noll and Vo) over the salt and the name, 12 hexadecimal digits.
  private func hash(_ name: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ salt
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // Spread: the last byte alone would move few bits.
    hash = (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9
    let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF_FFFF, radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }
}

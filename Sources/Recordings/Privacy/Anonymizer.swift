/// Anonymizer of recordings. It replaces names that could identify the recorded machine by hashes: call sites and cache
/// names that do not occur in the mainline kernel, such as those of a vendor's module. Recordings never contain task
/// names and addresses.
///
/// `PublicKernelNames` lists the public names: caches by exact name, functions by exact name or by the prefix of a
/// subsystem.
package struct Anonymizer: Sendable {
  /// Random number that is part of each hash, so that the hashes of two recordings match only if they have the same
  /// salt.
  private let salt: UInt64

  /// Creates an anonymizer.
  /// - Parameter salt: Salt of the hashes. The same salt gives the same hashes; by default it is random.
  package init(salt: UInt64 = .random(in: .min ... .max)) { self.salt = salt }

  /// Replaces every cache name that is not public in a text with one cache per line, such as /proc/slabinfo or a sample
  /// of slab occupancy.
  package func cacheNames(in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      let name = line.prefix { $0 != " " }
      guard !name.isEmpty, name != "#", name != "slabinfo" else { return String(line) }
      return cache(String(name)) + line[name.endIndex...]
    }.joined(separator: "\n")
  }

  /// Returns the name of a cache if it is public, otherwise `cache-` and a hash.
  package func cache(_ name: String) -> String {
    PublicKernelNames.isCache(name) ? name : "cache-\(hash(name))"
  }

  /// Returns a call site if its function is public, otherwise `site-` and a hash. Call sites at different offsets in a
  /// function get different hashes.
  package func site(_ name: String) -> String {
    let function = name.prefix { $0 != "+" }
    return PublicKernelNames.isFunction(String(function)) ? name : "site-\(hash(name))"
  }

  /// Returns the FNV-1a hash (Fowler, Noll and Vo) of the salt and the name as 12 hexadecimal digits.
  private func hash(_ name: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ salt
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // Final mixing, because in FNV-1a the last byte affects only a few bits.
    hash = (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9
    let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF_FFFF, radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }
}

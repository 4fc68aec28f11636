import Foundation
import Profiles
import Recordings

/// A profile that was read from a file or from standard input.
struct InputProfile {
  let profile: AllocationProfile
  /// Name for titles: the last component of the path, or `unnamed profile`.
  let name: String
  /// Path of the file; nil for standard input.
  let path: String?
  /// Number of bytes of the JSON.
  let byteCount: Int
  /// Hash of the JSON.
  let contentHash: ContentHash

  /// Reads the JSON of a profile.
  /// - Throws: a `Failure` that names the file, the place and what was expected.
  init(_ bytes: [UInt8], path: String?) throws(Failure) {
    do {
      profile = try AllocationProfile(fileContents: bytes, name: path ?? "standard input")
    } catch {
      throw Failure.failed("\(error)")
    }
    name = path.map { ($0 as NSString).lastPathComponent } ?? "unnamed profile"
    (self.path, byteCount, contentHash) = (path, bytes.count, ContentHash(bytes))
  }
}

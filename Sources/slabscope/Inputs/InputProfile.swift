import Kernel
import Profiles
import Recordings
import TextOutput

/// A profile that was read from a file or from standard input.
struct InputProfile {
  let profile: AllocationProfile
  /// Name for titles: the last component of the path, or `unnamed profile`.
  let name: String
  /// Path of the file; nil for standard input.
  let path: String?
  /// Number of bytes of the JSON or of the text.
  let byteCount: Int
  /// Hash of the JSON or of the text.
  let contentHash: ContentHash

  /// Reads the JSON of a profile.
  /// - Throws: a `Failure` that names the file, the place and what was expected.
  init(_ bytes: [UInt8], path: String?) throws(Failure) {
    do {
      profile = try AllocationProfile(fileContents: bytes, name: path ?? "standard input")
    } catch {
      throw Failure.failed("\(error)")
    }
    name = path.map { $0.lastPathComponent } ?? "unnamed profile"
    var hash = ContentHash()
    bytes.withUnsafeBytes { hash.add($0) }
    (self.path, byteCount, contentHash) = (path, bytes.count, hash)
  }

  /// Reads the text of /proc/allocinfo.
  /// - Throws: a `Failure` that names the file, the line and what was expected.
  init(allocinfo bytes: [UInt8], path: String?) throws(Failure) {
    name = path.map { $0.lastPathComponent } ?? "unnamed profile"
    do {
      let allocinfo = try Allocinfo(String(decoding: bytes, as: UTF8.self), name: name)
      allocinfo.warnAboutInaccuracy()
      profile = allocinfo.profile
    } catch {
      throw Failure.failed("\(path ?? "standard input"), \(error)")
    }
    (self.path, byteCount, contentHash) = (path, bytes.count, ContentHash(bytes))
  }
}

extension Allocinfo {
  /// Tells the user on standard error if the figures of some call sites are inaccurate.
  func warnAboutInaccuracy() {
    guard inaccurateSites > 0 else { return }
    let sites = inaccurateSites == 1 ? "1 call site" : "\(inaccurateSites) call sites"
    Standard.error(
      "slabscope: the kernel lacked the memory to count all objects of \(sites): only the changes of their figures are exact\n"
    )
  }
}

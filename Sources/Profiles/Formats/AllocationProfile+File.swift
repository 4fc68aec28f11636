internal import FoundationEssentials
import TextOutput

/// Files of profiles (.slabprofile): a JSON object, compressed with gzip.
extension AllocationProfile {
  /// Version of the file format. A reader accepts files of this and of earlier versions; keys that it does not know are ignored.
  package static let fileVersion = 1
  /// Largest JSON of a file in bytes.
  package static let maximumFileBytes = 64 << 20
  /// Key of the version, which marks the JSON of a profile.
  private static let versionKey = "slabprofile"

  /// Returns the contents of a file with the profile. Equal profiles have equal files.
  /// - Parameter name: Name of the file for errors.
  /// - Throws: ``ProfileFileError`` if the profile has a negative count (as a difference may), or is too large for a file.
  /// - Complexity: O(contexts x moments).
  package func fileContents(name: String) throws(ProfileFileError) -> [UInt8] {
    do {
      try check()
    } catch {
      throw ProfileFileError(file: name, problem: error.text)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(ProfileDocument(self)) else {
      preconditionFailure("all numbers were checked to be finite")
    }
    // The version comes first, so that readers recognise the file by its beginning.
    let rest = EscapedText.json(String(decoding: data, as: UTF8.self)).dropFirst()
    let bytes = Array("{\"\(AllocationProfile.versionKey)\":\(AllocationProfile.fileVersion),\(rest)\n".utf8)
    guard bytes.count <= AllocationProfile.maximumFileBytes else {
      throw ProfileFileError(
        file: name,
        problem:
          "the profile has \(contexts.count) contexts, which is too large for a file (\(bytes.count) bytes of JSON, "
          + "at most \(AllocationProfile.maximumFileBytes)); profile a shorter interval with --for")
    }
    return Gzip.compressed(bytes)
  }

  /// Reads the contents of a file: compressed with gzip, or the JSON itself.
  /// - Parameters:
  ///   - bytes: Contents of the file.
  ///   - name: Name of the file for errors.
  /// - Throws: ``ProfileFileError``, which names the place, what was expected and what was found.
  package init(fileContents bytes: [UInt8], name: String) throws(ProfileFileError) {
    func failure(_ problem: String, line: Int? = nil) -> ProfileFileError {
      ProfileFileError(file: name, line: line, problem: problem)
    }
    var json = bytes
    if bytes.starts(with: Gzip.magic) {
      do {
        json = try Gzip.decompressed(bytes, limit: AllocationProfile.maximumFileBytes)
      } catch {
        throw failure(error.text)
      }
    }
    guard json.count <= AllocationProfile.maximumFileBytes else {
      throw failure("expected a profile of at most \(AllocationProfile.maximumFileBytes) bytes of JSON, found more")
    }
    do {
      let document =
        try ProfileScanner.document(json) ?? JSONDecoder().decode(VersionedDocument.self, from: Data(json)).document
      self = try document.profile()
      try check()
    } catch let problem as ProfileProblem {
      throw failure(problem.text)
    } catch let problem as VersionProblem {
      throw failure(problem.text)
    } catch let other {
      let problem = JSONProblem(
        other, in: String(decoding: json, as: UTF8.self), kind: "the JSON of a profile",
        fractionalKeys: ["began_at"])
      throw failure(problem.description, line: problem.line)
    }
  }

  /// Returns whether text is the JSON of a profile: an object that has the key of the version.
  package static func isJSON(_ bytes: [UInt8]) -> Bool {
    let start = bytes.first { !" \n\r\t".utf8.contains($0) }
    guard start == UInt8(ascii: "{") else { return false }
    let key = Array("\"\(versionKey)\"".utf8)
    var index = bytes.startIndex
    while let found = bytes[index...].firstRange(of: key) {
      let next = bytes[found.upperBound...].first { !" \n\r\t".utf8.contains($0) }
      if next == UInt8(ascii: ":") { return true }
      index = found.upperBound
    }
    return false
  }

  /// Document with its version, which is checked before the rest is decoded.
  private struct VersionedDocument: Decodable {
    let document: ProfileDocument

    private enum CodingKeys: String, CodingKey { case slabprofile }

    init(from decoder: any Decoder) throws {
      let version = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .slabprofile)
      guard version <= AllocationProfile.fileVersion else { throw VersionProblem.later(version) }
      guard version >= 1 else { throw VersionProblem.invalid(version) }
      document = try ProfileDocument(from: decoder)
    }
  }

  private enum VersionProblem: Error {
    case later(Int)
    case invalid(Int)

    var text: String {
      switch self {
      case .later(let version):
        "expected a profile of version \(AllocationProfile.fileVersion) or earlier, found version \(version); "
          + "read it with a later slabscope"
      case .invalid(let version):
        "expected a version of at least 1 at \(AllocationProfile.versionKey), found \(version)"
      }
    }
  }
}

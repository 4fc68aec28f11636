import Telemetry
import TextOutput

/// Saved text that describes slab memory, for example a copy of /proc/slabinfo.
struct SavedSnapshotFile {
  /// Name for titles: the last component of the path, or `pasted text`.
  let name: String
  /// Path of the file; nil for standard input.
  let path: String?
  private(set) var bytes: [UInt8]
  /// The state that the text describes.
  private(set) var snapshot: Snapshot
  /// Follower of the text, created when the text changes; nil if it cannot be followed.
  private var follower: SlabinfoFollower?

  /// Reads the text.
  /// - Throws: a `Failure` that names the line, what was expected and what was found.
  init(_ bytes: [UInt8], path: String?) throws {
    (self.bytes, self.path) = (bytes, path)
    name = path.map { $0.lastPathComponent } ?? "pasted text"
    snapshot = try SavedSnapshotFile.snapshot(in: bytes, title: path ?? "standard input", name: name)
  }

  private static func snapshot(in bytes: [UInt8], title: String, name: String) throws(Failure) -> Snapshot {
    do {
      var snapshot = try SavedSnapshot.read(bytes, name: title)
      if snapshot.workload.isEmpty { snapshot.workload = name }
      return snapshot
    } catch {
      throw Failure.failed("\(error); convert the text of a trace with slabscope import")
    }
  }

  /// Reads the file again, which may have been replaced.
  /// - Throws: a `Failure`.
  mutating func reread() throws {
    guard let path else { return }
    let new = try InputFile(path).readAll()
    guard new != bytes else { return }
    if follower == nil { follower = SlabinfoFollower(bytes, snapshot) }
    if follower?.update(&snapshot, to: new) == true {
      bytes = new
    } else {
      self = try SavedSnapshotFile(new, path: path)
    }
  }
}

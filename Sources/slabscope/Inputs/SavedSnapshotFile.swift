import Foundation
import Telemetry

/// Saved text that describes slab memory, for example a copy of /proc/slabinfo.
struct SavedSnapshotFile {
  /// Name for titles: the last component of the path, or `pasted text`.
  let name: String
  /// Path of the file; nil for standard input.
  let path: String?
  let bytes: [UInt8]
  /// The state that the text describes.
  let snapshot: Snapshot

  /// Reads the text.
  /// - Throws: a `Failure` that names the line, what was expected and what was found.
  init(_ bytes: [UInt8], path: String?) throws {
    (self.bytes, self.path) = (bytes, path)
    name = path.map { ($0 as NSString).lastPathComponent } ?? "pasted text"
    var reader = SlabinfoReader()
    do {
      let changed = try reader.update(bytes)
      reader.complete(changed) { $0.inferSlabFigures() }
    } catch {
      throw Failure.failed("\(path ?? "standard input"), \(error); is it a slabinfo file?")
    }
    var snapshot = Snapshot()
    snapshot.caches = reader.caches
    for cache in snapshot.caches { snapshot.ledger.add(cache) }
    (snapshot.memoryBytes, snapshot.knowsRequestedBytes, snapshot.workload) = (snapshot.ledger.sum, false, name)
    self.snapshot = snapshot
  }

  /// Reads the file again, which may have been replaced.
  /// - Throws: a `Failure`.
  func reread() throws -> SavedSnapshotFile {
    guard let path else { return self }
    let bytes = try InputFile(path).readAll()
    return bytes == self.bytes ? self : try SavedSnapshotFile(bytes, path: path)
  }
}

import Dashboard
import Telemetry

/// A saved snapshot. A file is read again at every sample, because it may have been replaced.
final class SavedSnapshotSource: Source, Pausing {
  private var file: SavedSnapshotFile
  private var failure: String?
  private let figures: Set<Capability>
  private(set) var isPaused = false

  init(_ file: SavedSnapshotFile) {
    self.file = file
    figures = file.snapshot.knownFigures
  }

  var title: String { "A saved snapshot" }
  let interval = Duration.seconds(1)
  var capabilities: SourceCapabilities { SourceCapabilities(pausing: self, figures: figures) }

  func sample(_ request: SampleRequest) -> SourceSample {
    if !isPaused {
      do {
        (file, failure) = (try file.reread(), nil)
      } catch {
        failure = "\(error)"
      }
    }
    return SourceSample(snapshot: file.snapshot, failure: failure)
  }

  func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }
}

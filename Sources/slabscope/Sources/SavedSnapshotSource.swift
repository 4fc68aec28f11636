import Dashboard
import Telemetry

/// A saved snapshot. A file is read again at every sample, because it may have been replaced.
final class SavedSnapshotSource: Source, Pausing, SamplingControl {
  private var file: SavedSnapshotFile
  private var failure: String?
  private let figures: Set<Capability>
  private(set) var isPaused = false
  private var sampling = SamplingInterval(seconds: 1)

  init(_ file: SavedSnapshotFile) {
    self.file = file
    figures = file.snapshot.knownFigures
  }

  var title: String { "A saved snapshot" }
  var interval: Duration { .seconds(sampling.seconds) }
  var capabilities: SourceCapabilities { SourceCapabilities(pausing: self, sampling: self, figures: figures) }

  func sample(_ request: SampleRequest) -> SourceSample {
    if !isPaused {
      do {
        try file.reread()
        failure = nil
      } catch {
        failure = "\(error)"
      }
    }
    return SourceSample(snapshot: file.snapshot, failure: failure)
  }

  func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }

  func changeInterval(by steps: Int) { sampling.change(by: steps) }
  var intervalText: String { sampling.text }
}

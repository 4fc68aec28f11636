import Dashboard
import Foundation
import Kernel
import Telemetry

/// The running kernel. Each sample is one reading; while the source is paused, samples repeat the last one.
final class KernelSource: Source, Pausing, SamplingControl {
  private let reader: HostReader
  private var last: Snapshot
  private var failure: String?
  private let figures: Set<Capability>
  private(set) var isPaused = false
  private var sampling: SamplingInterval

  /// Takes the first sample.
  /// - Parameter interval: seconds between two samples.
  /// - Throws: a `Failure` if the kernel cannot be read.
  init(_ reader: HostReader, interval: Double = 1) throws {
    self.reader = reader
    sampling = SamplingInterval(seconds: interval)
    do {
      last = try reader.snapshot()
    } catch {
      throw Failure.failed("\(error)")
    }
    figures = last.knownFigures
  }

  var title: String { "The running kernel" }
  var interval: Duration { .seconds(sampling.seconds) }
  var capabilities: SourceCapabilities { SourceCapabilities(pausing: self, sampling: self, figures: figures) }

  func sample(_ request: SampleRequest) -> SourceSample {
    if !isPaused { read(request) }
    return SourceSample(snapshot: last, failure: failure)
  }

  private func read(_ request: SampleRequest) {
    do {
      last = try reader.snapshot(watching: request.selectedCache)
      failure = nil
    } catch {
      failure = "\(error)"
    }
    last.workload = reader.title
  }

  func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }

  func changeInterval(by steps: Int) { sampling.change(by: steps) }
  var intervalText: String { sampling.text }
}

extension Snapshot {
  /// The kinds of figures that a snapshot of an observed machine has besides those of every snapshot.
  var knownFigures: Set<Capability> {
    var figures: Set<Capability> = []
    if events ?? 0 > 0 { figures.insert(.allocationCounts) }
    if caches.contains(where: { $0.slabsOnCPUs != nil }) { figures.insert(.slabOccupancy) }
    return figures
  }
}

import Dashboard
import Exporter
import Profiles
import Telemetry

/// A source of the dashboard as a source of an exporter.
final class ServedSource: FigureSource {
  let title: String
  private let source: any Source
  private let watchesTraffic: Bool

  /// - Parameters:
  ///   - source: the kernel, or a replay.
  ///   - title: name of the source for people.
  ///   - watchesTraffic: whether the traffic of the kernel is to be watched, so that it is a problem if it is not.
  init(_ source: any Source, title: String, watchesTraffic: Bool = true) {
    (self.source, self.title, self.watchesTraffic) = (source, title, watchesTraffic)
  }

  func figures() -> ExportedFigures {
    // The model of SLUB profiles its events in the background, as long as a profile is requested.
    let isModel = (source as? ReplaySource).map { $0.engine == nil } ?? false
    let sample = source.sample(SampleRequest(needsProfile: isModel))
    var figures = ExportedFigures(sample.snapshot)
    guard let kernel = source as? KernelSource else {
      figures.problems[.slabs] = sample.failure
      return figures
    }
    let capabilities = kernel.capabilities
    figures.problems[.slabs] = kernel.slabsProblem
    if watchesTraffic {
      figures.problems[.traffic] = capabilities.trafficProblem ?? (kernel.slabsProblem == nil ? sample.failure : nil)
    }
    figures.watch = capabilities.watch.map { ExportedFigures.Watch($0) }
    return figures
  }

  func profile() -> AllocationProfile? {
    if let kernel = source as? KernelSource, kernel.capabilities.watch == nil { return nil }
    return source.sample(SampleRequest(needsProfile: true)).details.profile
  }

  /// Ends the thread of a replay.
  func end() { (source as? ReplaySource)?.end() }

  func maintain() {
    // The watch of the kernel chooses its sampling by the load, at each sample.
    if source.capabilities.watch != nil { _ = source.sample(SampleRequest()) }
  }
}

extension ExportedFigures.Watch {
  /// The quality and cost of a watch.
  fileprivate init(_ status: TrafficWatchStatus) {
    self.init()
    (events, lostEvents, objectsNotFollowed) = (status.events, status.missedEvents, status.objectsNotFollowed)
    (sampling, overheadPercent) = (status.sampling, status.overheadPercent)
  }
}

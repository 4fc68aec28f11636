import Dashboard
import Glibc
import Kernel
import Telemetry

/// The running kernel: its slabs, and its traffic if that is watched. Each sample is one reading; while the source is paused, samples
/// repeat the last one.
final class KernelSource: Source, Pausing, SamplingControl {
  private let reader: HostReader
  private var last: Snapshot
  private var failure: String?
  private let figures: Set<Capability>
  private let watch: WatchedKernel?
  /// The reason why the traffic is not watched, and the remedy; nil if it is.
  let trafficProblem: String?
  private(set) var isPaused = false
  private var sampling: SamplingInterval
  private let mirror = KernelMirrorControl()
  private let recording = KernelRecordingControl()
  private let requiresSlabs: Bool
  /// The reason why the slabs could not be read by the last sample; nil if they were.
  private(set) var slabsProblem: String?

  /// Takes the first sample, and starts to watch the traffic.
  /// - Parameters:
  ///   - interval: seconds between two samples.
  ///   - traffic: options of the watch; nil if the traffic is not to be watched.
  ///   - requiresSlabs: whether it is an error if the slabs cannot be read. If not, samples then lack the caches, and
  ///     ``slabsProblem`` has the reason.
  ///   - openTraffic: function that starts the watch.
  /// - Throws: a `Failure` if the kernel cannot be read.
  init(
    _ reader: HostReader, interval: Double = 1, traffic: Kernel.TrafficOptions? = nil,
    requiresSlabs: Bool = true,
    openTraffic: (Kernel.TrafficOptions) throws(TrafficError) -> any KernelTraffic = KernelTrafficMethods.open
  ) throws {
    (self.reader, self.requiresSlabs) = (reader, requiresSlabs)
    sampling = SamplingInterval(seconds: interval)
    do {
      last = try reader.snapshot()
    } catch {
      guard !requiresSlabs else { throw Failure.failed("\(error)") }
      (last, slabsProblem) = (reader.snapshotWithoutCaches(), "\(error)")
    }
    var (watch, problem) = (WatchedKernel?.none, "--no-traffic was given; start slabscope without it")
    if let traffic {
      do {
        watch = WatchedKernel(try openTraffic(traffic), traffic, start: last)
      } catch {
        problem = error.description
      }
    }
    (self.watch, trafficProblem) = (watch, watch == nil ? problem : nil)
    figures = last.knownFigures.union(watch?.figures ?? [])
  }

  var title: String { "The running kernel" }
  var interval: Duration { .seconds(sampling.seconds) }
  var capabilities: SourceCapabilities {
    var capabilities = SourceCapabilities(
      pausing: self, sampling: self, comparison: mirror, recording: recording, shrinking: self, figures: figures)
    (capabilities.watch, capabilities.trafficProblem) = (watch?.status, trafficProblem)
    return capabilities
  }

  func sample(_ request: SampleRequest) -> SourceSample {
    if !isPaused { read(request) }
    var details = watch?.details(request, in: last) ?? MachineDetails()
    details.mirror = mirror.figures
    return SourceSample(snapshot: last, details: details, failure: failure ?? watch?.failure)
  }

  private func read(_ request: SampleRequest) {
    do {
      last = try reader.snapshot(watching: request.selectedCache)
      (failure, slabsProblem) = (nil, nil)
    } catch {
      (failure, slabsProblem) = ("\(error)", "\(error)")
      if !requiresSlabs { last = reader.snapshotWithoutCaches() }
    }
    last.workload = reader.title
    watch?.update(&last, request)
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

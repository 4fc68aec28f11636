import Dashboard
import Telemetry

/// A source of the figures that the dashboard shows: a replay, the running kernel, or a recorded history.
///
/// Every source delivers samples. The abilities that only some sources have are in `capabilities`.
protocol Source: AnyObject {
  /// Subject of sentences about the source, for example "The running kernel".
  var title: String { get }
  /// Time from one sample to the next.
  var interval: Duration { get }
  /// The capabilities that the source has now.
  var capabilities: SourceCapabilities { get }
  /// Returns the current figures. If they cannot be read, the sample has the previous figures and a `failure`.
  func sample(_ request: SampleRequest) -> SourceSample
}

/// The figures that the screen needs besides those of every snapshot.
struct SampleRequest: Sendable, Hashable {
  /// The page in view, whose details are wanted.
  var page = DashboardPage.caches
  /// The selected cache, whose slabs are to be listed; nil if no cache is selected.
  var selectedCache: String?
  /// Whether the details must include the profile, if the source has one.
  var needsProfile = false
}

/// The figures of a source at one time.
struct SourceSample {
  /// State of the machine's memory.
  var snapshot: Snapshot
  /// Figures that the page in view shows besides the snapshot; absent figures are not known.
  var details = MachineDetails()
  /// Seconds on the source's clock since the sample before; nil if the source's clock is the wall clock.
  var seconds: Double?
  /// The reason why the source delivers no newer figures; nil if it does.
  var failure: String?
}

extension Source {
  /// The description of the source for the dashboard's pages and keys.
  var description: SourceDescription {
    let capabilities = capabilities
    return SourceDescription(
      title: title, capabilities: capabilities.names, trafficProblem: capabilities.trafficProblem)
  }
}

import Dashboard

/// The capabilities of a source; nil for each that the source lacks.
struct SourceCapabilities {
  var pausing: (any Pausing)?
  var speed: (any SpeedControl)?
  var sampling: (any SamplingControl)?
  var replay: (any EventReplay)?
  var history: (any HistorySeeking)?
  var comparison: (any ComparisonControl)?
  var recording: (any RecordingControl)?
  var memory: (any MemoryPressureControl)?
  var shuffling: (any ShufflingControl)?
  var generalCaches: GeneralCacheControls?
  var shrinking: (any CacheShrinking)?
  /// The watch of the running kernel's traffic; nil for other sources, and if the traffic is not watched.
  var watch: TrafficWatchStatus?
  /// The reason why the running kernel's traffic is not watched, and the remedy; nil if it is, and for other sources.
  var trafficProblem: String?
  /// The kinds of figures that the source's samples contain.
  var figures: Set<Capability> = []

  /// The capabilities by the names that the dashboard's pages and keys ask for.
  var names: Set<Capability> {
    var names = figures
    if pausing != nil { names.insert(.pausing) }
    if speed != nil || sampling != nil { names.insert(.speed) }
    if replay != nil { names.formUnion([.replay, .policyChoice]) }
    if comparison != nil { names.insert(.comparison) }
    if recording != nil { names.insert(.recording) }
    if memory != nil { names.insert(.memoryPressure) }
    if shuffling != nil { names.insert(.shuffling) }
    if shrinking != nil { names.insert(.cacheShrinking) }
    if generalCaches != nil { names.insert(.generalCacheControl) }
    return names
  }
}

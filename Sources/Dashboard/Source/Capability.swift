/// An ability that some sources of figures have and others lack. Pages and keys that need it are offered only with a source that
/// has it.
package enum Capability: Sendable, Hashable, CaseIterable {
  // MARK: Time

  /// Time can be stopped.
  case pausing
  /// Playing can be made faster or slower, or the interval between samples shorter or longer.
  case speed
  /// Events are played: workloads can be switched, and events played one by one.
  case replay

  /// The events can be recorded to a file.
  case recording

  // MARK: Control of the machine

  /// The workload can be played under another policy.
  case policyChoice
  /// Memory can be made scarce, and page requests of higher orders refused.
  case memoryPressure
  /// General caches can be added, retired and exported.
  case generalCacheControl
  /// Slabs can be shuffled.
  case shuffling
  /// The empty slabs of a cache can be freed on request.
  case cacheShrinking

  // MARK: Figures

  /// The same events are played under a second policy.
  case comparison
  /// The position, owners and age of each slab are known.
  case slabMap
  /// The slabs of a cache are known by the number of their live objects.
  case slabOccupancy
  /// Allocations are counted, so that there are rates.
  case allocationCounts
  /// The list of general caches (gnodes) is known.
  case generalCacheList
  /// The requested sizes of live objects are known.
  case requestSizes
  /// The call sites of allocations are known.
  case callSites
  /// The CPUs that allocate and free objects are known.
  case cpuTraffic

  /// The rest of a sentence whose subject is a source without this capability.
  fileprivate var missingPredicate: String {
    switch self {
    case .pausing: "cannot be paused"
    case .speed: "has no speed that could be changed"
    case .replay: "does not replay a workload"
    case .recording: "has nothing to record: only the events of a running kernel can be recorded (dashboard kernel)"
    case .policyChoice: "cannot be run under another policy"
    case .memoryPressure: "cannot be put under memory pressure"
    case .generalCacheControl: "cannot add, retire or export general caches"
    case .shuffling: "cannot shuffle slabs"
    case .cacheShrinking: "cannot free the empty slabs of a cache on request"
    case .comparison: "cannot be compared with another policy"
    case .slabMap: "does not report the position, owner and age of each slab"
    case .slabOccupancy: "does not report slabs by occupancy"
    case .allocationCounts: "does not count allocations"
    case .generalCacheList: "has no list of general caches (gnodes)"
    case .requestSizes: "does not report the requested sizes of objects"
    case .callSites: "does not report call sites"
    case .cpuTraffic: "does not report which CPU allocates and frees an object"
    }
  }
}

extension SourceDescription {
  /// Returns a sentence that says that the source lacks a required capability; nil if the source has the capability, or if none is
  /// required.
  func refusal(of capability: Capability?) -> String? {
    guard let capability, !has(capability) else { return nil }
    if capability.isOfTraffic, let trafficProblem {
      return "\(title) \(capability.missingPredicate): \(trafficProblem)."
    }
    let isChangeable = capability.dependsOnPolicy && has(.policyChoice)
    return "\(title) \(capability.missingPredicate)." + (isChangeable ? " Y switches to the next policy." : "")
  }
}

extension Capability {
  /// Whether a running kernel has the capability only while its traffic is watched.
  fileprivate var isOfTraffic: Bool {
    switch self {
    case .slabMap, .allocationCounts, .requestSizes, .callSites, .cpuTraffic: true
    default: false
    }
  }

  /// Whether some policies have the capability and others lack it.
  fileprivate var dependsOnPolicy: Bool {
    switch self {
    case .generalCacheControl, .generalCacheList, .shuffling: true
    default: false
    }
  }
}

package import Recordings
import Telemetry
package import Workloads

/// Samples of the kernel's slabs in a recording: /proc/slabinfo and, if recorded, the occupancy of all slabs.
package struct KernelSamples: Sendable {
  /// Figures of a cache in a sample.
  struct CacheCounts: Hashable {
    var activeObjects = 0
    /// Number of objects that the slabs have room for.
    var objects = 0
    var slabs = 0
    var bytes = 0
    var stride = 0
    var order = 0
    var objectsPerSlab = 0
  }

  /// Sample after the first event.
  struct Sample {
    /// Time on the recording's clock in microseconds.
    var time: UInt64
    /// Figures of the caches, by name.
    var caches: [String: CacheCounts]
    /// Slabs of the caches by occupancy; nil if not recorded.
    var occupancy: KernelOccupancy?
  }

  /// Time of the first event.
  let startTime: UInt64
  /// Figures of the caches in the initial sample: the last one before the first event, or the first one if there is none before.
  private(set) var initialCaches: [String: CacheCounts] = [:]
  /// Time of the initial sample.
  private(set) var initialTime: UInt64 = 0
  /// Slabs of the caches by occupancy in the initial sample; nil if not recorded.
  private(set) var initialOccupancy: KernelOccupancy?
  /// Numbers of slabs by list in the initial sample, by name of the cache.
  private(set) var initialSums: [String: SlabSums] = [:]
  private let cpus: Int
  /// Samples after the initial one.
  private(set) var laterSamples: [Sample] = []
  /// Whether the kmalloc caches of a size are combined into one, because the events do not contain which of them served a
  /// request.
  let combinesKmallocKinds: Bool

  /// Reads the samples of a recording.
  /// - Parameters:
  ///   - recording: Recording to read.
  ///   - joiningKmallocKinds: Whether to combine the kmalloc caches of a size even if the events distinguish them.
  /// - Throws: ``ModelValidationError/noSamples`` if the recording has fewer than two samples or all are before the first
  ///   event, and errors of reading.
  package init(_ recording: Recording, joiningKmallocKinds: Bool = false) throws {
    let hasKinds = try KernelSamples.distinguishesKmallocKinds(recording)
    combinesKmallocKinds = joiningKmallocKinds || !hasKinds
    startTime = try KernelSamples.firstTime(of: recording)
    var hasInitial = false
    var later: [Sample] = []
    cpus = recording.cpuCount
    let joins = combinesKmallocKinds
    try recording.forEachSample { sample in
      if sample.source == .occupancy, hasInitial {
        // The recorder samples the occupancy directly after slabinfo.
        let occupancy = try KernelOccupancy(sample.text, joiningKmallocKinds: joins)
        if later.isEmpty { initialOccupancy = occupancy } else { later[later.count - 1].add(occupancy, sample.time) }
      }
      if sample.source == .slabSums, hasInitial, later.isEmpty {
        initialSums = Dictionary(SlabSums.caches(text: sample.text).map { ($0.name, $0) }) { first, _ in first }
      }
      guard sample.source == .slabinfo else { return }
      var caches: [String: CacheCounts] = [:]
      for cache in try SlabinfoDecoder.decode(sample.text) {
        caches[joins ? KernelSamples.family(of: cache.name) : cache.name, default: CacheCounts()].add(cache)
      }
      if sample.time <= startTime || !hasInitial {
        (initialCaches, initialTime, hasInitial) = (caches, sample.time, true)
        (initialOccupancy, initialSums) = (nil, [:])
      } else {
        later.append(Sample(time: sample.time, caches: caches))
      }
    }
    laterSamples = later
    guard hasInitial, !later.isEmpty else { throw ModelValidationError.noSamples }
  }

  /// State of the caches before the first event.
  package var start: StartingState {
    var state = StartingState(
      caches: initialCaches.sorted { $0.key < $1.key }.compactMap { name, count in
        guard count.stride > 0, count.objectsPerSlab > 0 else { return nil }
        var cache = StartingState.Cache(
          name: name, stride: count.stride, order: count.order, objectsPerSlab: count.objectsPerSlab,
          activeObjects: min(count.activeObjects, count.objects), totalObjects: count.objects, slabs: count.slabs)
        // If the numbers of slabs differ from slabinfo, the counts are of another cache or another time.
        if let sums = initialSums[name], sums.slabs == count.slabs { cache.lists = StartingState.SlabLists(sums) }
        return initialOccupancy?.start(of: cache, cpus: cpus) ?? cache
      }, combinesKmallocKinds: combinesKmallocKinds)
    state.variant = initialOccupancy?.variant ?? .cpuSlabs
    return state
  }

  /// Object counts of the kernel in each sample after the initial one.
  package var observations: [KernelObservation] {
    laterSamples.map { sample in
      KernelObservation(
        time: sample.time, activeObjects: sample.caches.mapValues(\.activeObjects),
        liveObjects: sample.occupancy?.liveObjects ?? [:])
    }
  }

  private static func firstTime(of recording: Recording) throws -> UInt64 {
    var copy = recording
    var batch: [AllocationEvent] = []
    copy.rewind()
    try copy.nextBatch(into: &batch)
    return batch.first?.time ?? 0
  }

  /// Returns whether both events and samples contain kmalloc caches other than the normal ones. Kernels before 5.14 and kernels
  /// without accounting of kernel memory to cgroups do not have such caches, although requests have the flags for them.
  private static func distinguishesKmallocKinds(_ recording: Recording) throws -> Bool {
    func isOther(_ name: Substring) -> Bool { KmallocKind.parse(name).map { $0.kind == .cgroup } ?? false }
    guard recording.symbols.contains(where: { isOther($0[...]) }) else { return false }
    var isFound = false
    try recording.forEachSample { sample in
      guard !isFound, sample.source == .slabinfo else { return }
      isFound = sample.text.split(separator: "\n").contains { isOther($0.prefix { $0 != " " }) }
    }
    return isFound
  }

  /// Returns the name under which the kmalloc caches of a size are combined (kmalloc-1k for kmalloc-cg-1k, kmalloc-rcl-1k,
  /// ...). For any other cache it returns `name`.
  static func family(of name: String) -> String {
    if let (_, bytes) = KmallocKind.parse(name) { return KmallocKind.normal.cacheName(bytes: bytes) }
    for prefix in ["memdup_user-", "msg_msg-"] where name.hasPrefix(prefix) {
      return family(of: KmallocKind.normal.rawValue + name.dropFirst(prefix.count))
    }
    return name
  }
}

extension StartingState.SlabLists {
  fileprivate init(_ sums: SlabSums) {
    self.init(
      node: sums.partial, objectsOnNode: sums.objectsPartial,
      cpuSlabs: sums.cpuSlabs - sums.slabsCPUPartial.reduce(0, +), cpuPartial: sums.slabsCPUPartial)
  }
}

extension KernelSamples.Sample {
  /// Adds the occupancy of the slabs, which was sampled after slabinfo, at `time`.
  fileprivate mutating func add(_ occupancy: KernelOccupancy, _ time: UInt64) {
    (self.occupancy, self.time) = (occupancy, max(self.time, time))
  }
}

extension KernelSamples.CacheCounts {
  fileprivate mutating func add(_ cache: CacheSnapshot) {
    activeObjects += cache.activeObjects
    objects += cache.totalObjects
    slabs += cache.slabs
    bytes += cache.slabs << (12 + cache.preferredOrder)
    (stride, order, objectsPerSlab) = (cache.stride, cache.preferredOrder, cache.objectsPerPreferredSlab)
  }
}

public import Recordings
import Telemetry
public import Workloads

/// What a kernel said of its slabs in the samples beside a recording's events: /proc/slabinfo, and the occupancy of all slabs
/// where the recording has that.
public struct KernelSamples: Sendable {
  /// A cache at a moment.
  struct Count: Hashable {
    var active = 0
    var objects = 0
    var slabs = 0
    var bytes = 0
    var stride = 0
    var order = 0
    var objectsPerSlab = 0
  }

  struct Moment {
    var time: UInt64
    var caches: [String: Count]
    /// The caches' slabs by occupancy; nil if the recording does not have that.
    var occupancy: KernelOccupancy?
  }

  /// When the first event happened.
  let startTime: UInt64
  /// At the last sample before the first event.
  private(set) var before: [String: Count] = [:]
  /// When that sample was taken: after the first event if there is none before it.
  private(set) var timeBefore: UInt64 = 0
  /// The caches' slabs by occupancy at that sample.
  private(set) var occupancyBefore: KernelOccupancy?
  /// The slabs of caches by list at that sample, by name.
  private(set) var sumsBefore: [String: SlabSums] = [:]
  private let cpus: Int
  /// The samples after it.
  private(set) var moments: [Moment] = []
  /// Whether a size's kmalloc caches are one, because the events don't say which of them served a request.
  let joinsKmallocKinds: Bool

  /// Reads a recording's samples.
  /// - Parameter joiningKmallocKinds: whether a size's kmalloc caches are taken together even if the events tell them
  ///   apart.
  /// - Throws: `ModelValidationError.noSamples` if there is none before or none after the first event, and what reading
  ///   throws.
  public init(_ recording: Recording, joiningKmallocKinds: Bool = false) throws {
    let tellsKinds = try KernelSamples.tellsKmallocKinds(recording)
    joinsKmallocKinds = joiningKmallocKinds || !tellsKinds
    startTime = try KernelSamples.firstTime(of: recording)
    var hasBefore = false
    var found: [Moment] = []
    cpus = recording.cpuCount
    let joins = joinsKmallocKinds
    try recording.forEachSample { sample in
      if sample.source == .occupancy, hasBefore {
        // It was taken just after slabinfo was read.
        let occupancy = try KernelOccupancy(sample.text, joiningKmallocKinds: joins)
        if found.isEmpty { occupancyBefore = occupancy } else { found[found.count - 1].add(occupancy, sample.time) }
      }
      if sample.source == .slabSums, hasBefore, found.isEmpty {
        sumsBefore = Dictionary(SlabSums.caches(text: sample.text).map { ($0.name, $0) }) { first, _ in first }
      }
      guard sample.source == .slabinfo else { return }
      var caches: [String: Count] = [:]
      for cache in try SlabinfoDecoder.decode(sample.text) {
        caches[joins ? KernelSamples.family(of: cache.name) : cache.name, default: Count()].add(cache)
      }
      if sample.time <= startTime || !hasBefore {
        (before, timeBefore, occupancyBefore, sumsBefore, hasBefore) = (caches, sample.time, nil, [:], true)
      } else {
        found.append(Moment(time: sample.time, caches: caches))
      }
    }
    moments = found
    guard hasBefore, !found.isEmpty else { throw ModelValidationError.noSamples }
  }

  /// What the caches held before the first event.
  public var start: StartingState {
    var state = StartingState(
      caches: before.sorted { $0.key < $1.key }.compactMap { name, count in
        guard count.stride > 0, count.objectsPerSlab > 0 else { return nil }
        var cache = StartingState.Cache(
          name: name, stride: count.stride, order: count.order, objectsPerSlab: count.objectsPerSlab,
          activeObjects: min(count.active, count.objects), totalObjects: count.objects, slabs: count.slabs)
        // Where the sums are of other slabs than slabinfo's, they are of a cache of another name or of another moment.
        if let sums = sumsBefore[name], sums.slabs == count.slabs { cache.lists = StartingState.SlabLists(sums) }
        return occupancyBefore?.start(of: cache, cpus: cpus) ?? cache
      }, joinsKmallocKinds: joinsKmallocKinds)
    state.variant = occupancyBefore?.variant ?? .cpuSlabs
    return state
  }

  /// What the kernel said at each later sample.
  public var observations: [KernelObservation] {
    moments.map { moment in
      KernelObservation(
        time: moment.time, activeObjects: moment.caches.mapValues(\.active),
        liveObjects: moment.occupancy?.liveObjects ?? [:])
    }
  }

  private static func firstTime(of recording: Recording) throws -> UInt64 {
    var copy = recording
    var batch: [AllocationEvent] = []
    copy.rewind()
    try copy.nextBatch(into: &batch)
    return batch.first?.time ?? 0
  }

  /// Whether both events and samples name kmalloc caches other than the normal ones. Kernels before 5.14, and those that
  /// don't charge kernel memory to cgroups, have no such caches although requests ask for them.
  private static func tellsKmallocKinds(_ recording: Recording) throws -> Bool {
    func isOther(_ name: Substring) -> Bool { KmallocKind.parse(name).map { $0.kind == .cgroup } ?? false }
    guard recording.symbols.contains(where: { isOther($0[...]) }) else { return false }
    var tells = false
    try recording.forEachSample { sample in
      guard !tells, sample.source == .slabinfo else { return }
      tells = sample.text.split(separator: "\n").contains { isOther($0.prefix { $0 != " " }) }
    }
    return tells
  }

  /// The name of all of a size's kmalloc caches together (kmalloc-1k, kmalloc-cg-1k, kmalloc-rcl-1k, ...), and the name
  /// itself of any other cache.
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

extension KernelSamples.Moment {
  /// Adds the occupancy of the slabs, which was read after slabinfo.
  fileprivate mutating func add(_ occupancy: KernelOccupancy, _ time: UInt64) {
    (self.occupancy, self.time) = (occupancy, max(self.time, time))
  }
}

extension KernelSamples.Count {
  fileprivate mutating func add(_ cache: CacheSnapshot) {
    active += cache.activeObjects
    objects += cache.totalObjects
    slabs += cache.slabs
    bytes += cache.slabs << (12 + cache.preferredOrder)
    (stride, order, objectsPerSlab) = (cache.stride, cache.preferredOrder, cache.objectsPerPreferredSlab)
  }
}

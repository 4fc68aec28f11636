import Dashboard
import Kernel
import Profiles
import Recordings
import Telemetry

/// Watch of the running kernel's traffic for the dashboard: adds the traffic of each cache to snapshots, and provides the details of the
/// page in view.
final class WatchedKernel {
  private let traffic: any KernelTraffic
  private let options: Kernel.TrafficOptions
  /// Caches at the start of the watch, by name.
  private let cachesAtStart: [String: CacheSnapshot]
  private var slabs = WatchedSlabs()
  /// Slabs of the selected cache in the last sample that listed them.
  private var pinnedSlabs: [MachineDetails.PinnedSlab] = []
  private var hasObjects = false
  private var lastUpdate: ContinuousClock.Instant?
  /// The reason why the last update failed; nil if it did not.
  private(set) var failure: String?

  /// Shortest time between two updates: a sample is taken after each key that shows another page.
  private static let shortestInterval = Duration.milliseconds(200)
  /// Number of call sites that have their own colour in the map of slabs.
  private static let coloredSites = 7
  /// Most slabs, and most objects of each, in the list of pins.
  private static let mostPins = (slabs: 16, objects: 3)

  /// - Parameters:
  ///   - traffic: The traffic, which was started just now.
  ///   - options: Options that the traffic was started with.
  ///   - start: Snapshot of the kernel just before the start.
  init(_ traffic: any KernelTraffic, _ options: Kernel.TrafficOptions, start: Snapshot) {
    (self.traffic, self.options) = (traffic, options)
    cachesAtStart = Dictionary(start.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The kinds of figures that the watch knows.
  var figures: Set<Capability> {
    // The traffic of tracefs has no addresses of objects.
    let figures: Set<Capability> = [.allocationCounts, .requestSizes, .callSites, .cpuTraffic]
    return traffic.status.method == .bpf ? figures.union([.slabMap]) : figures
  }

  /// Reads the traffic, unless it was read just now, and adds it to the snapshot that was taken at the same time.
  /// - Parameter request: The page in view, which decides whether live objects are read.
  func update(_ snapshot: inout Snapshot, _ request: SampleRequest) {
    let needsObjects = request.page == .slabs && figures.contains(.slabMap)
    let isRecent = lastUpdate.map { $0.duration(to: .now) < WatchedKernel.shortestInterval } ?? false
    if !isRecent || needsObjects && !hasObjects {
      do {
        try traffic.update(readsObjects: needsObjects)
        failure = nil
        hasObjects = needsObjects
      } catch {
        failure = error.description
      }
      lastUpdate = .now
    }
    addTraffic(to: &snapshot)
    pinnedSlabs = []
    if needsObjects, let index = snapshot.caches.firstIndex(where: { $0.name == request.selectedCache }) {
      addSlabs(to: &snapshot.caches[index], pageBytes: snapshot.pageBytes)
    }
  }

  /// Returns the details of the page in view.
  func details(_ request: SampleRequest, in snapshot: Snapshot) -> MachineDetails {
    var details = MachineDetails()
    if request.needsProfile { details.profile = traffic.profile }
    if request.page == .sizes { details.sizes = sizes(classes: WatchedKernel.sizeClasses(of: snapshot)) }
    details.pinnedSlabs = pinnedSlabs
    return details
  }

  /// The method, cost and quality of the watch.
  var status: TrafficWatchStatus {
    let now = traffic.status
    var status = TrafficWatchStatus(method: now.method.rawValue)
    (status.methodReason, status.sampling, status.recordsStacks) =
      (now.methodReason, now.sampling, options.recordsStacks && now.method == .bpf)
    (status.events, status.failedAllocations) = (now.events, now.failedAllocations)
    (status.objectsNotFollowed, status.missedEvents) = (now.objectsNotFollowed, now.missedEvents)
    (status.allocationsWithoutContext, status.unmatchedFrees) = (now.allocationsWithoutContext, now.unmatchedFrees)
    (status.overheadPercent, status.kernelBytes) = (now.overheadPercent, now.kernelBytes)
    (status.isOverheadEstimated, status.hasSymbols) = (now.isOverheadEstimated, now.hasSymbols)
    status.maximumOverheadPercent = options.maximumOverheadPercent
    return status
  }

  // MARK: Caches

  private func addTraffic(to snapshot: inout Snapshot) {
    let (sampling, balances) = (traffic.status.sampling, traffic.balances)
    snapshot.events = traffic.status.events
    for index in snapshot.caches.indices {
      let name = snapshot.caches[index].name
      let balance = balances[name] ?? CacheTraffic()
      var watched = WatchedTraffic()
      (watched.requestedBytes, watched.allocBytes) = (balance.requestedBytes, balance.allocBytes)
      (watched.liveRequestedBytes, watched.liveObjects) = (balance.liveRequestedBytes, balance.liveObjects)
      watched.reconciliation = Reconciliation(
        snapshot.caches[index], atStart: cachesAtStart[name], liveObjects: balance.liveObjects, sampling: sampling,
        error: balance.allocObjects > 0 ? snapshot.caches[index].objectsPerPreferredSlab * snapshot.cpus : 0)
      snapshot.caches[index].traffic = watched
      (snapshot.caches[index].allocations, snapshot.caches[index].frees) = (balance.allocObjects, balance.freeObjects)
    }
  }

  // MARK: Sizes

  /// Returns the live objects of general caches by the size that was needed.
  private func sizes(classes: [Int]) -> LiveSizes {
    let profile = traffic.profile
    var objects: [Int: Int] = [:]
    for (context, figures) in zip(profile.contexts, profile.figures)
    where figures.liveObjects > 0 && context.allocatedBytes <= classes.last ?? 0 {
      if let size = profile.size(of: context) { objects[size, default: 0] += figures.liveObjects }
    }
    return LiveSizes(objects, classes: classes)
  }

  /// Returns the size classes of kmalloc, ascending: the object sizes of the kernel's general caches.
  private static func sizeClasses(of snapshot: Snapshot) -> [Int] {
    Set(snapshot.caches.compactMap { KmallocKind.parse($0.name)?.bytes }).sorted()
  }

  // MARK: Slabs

  /// Adds the slabs with objects of the watch to a cache, and lists the objects that pin the emptiest of them.
  private func addSlabs(to cache: inout CacheSnapshot, pageBytes: Int) {
    let contexts = traffic.profile.contexts
    let slabBytes = pageBytes << cache.preferredOrder
    let found = slabs.slabs(
      of: traffic.objects, cache: cache.name, slabBytes: slabBytes, isOfCache: contexts.map { $0.cache == cache.name })
    let sites = WatchedKernel.siteNames(of: found, contexts)
    let (order, room) = (cache.preferredOrder, cache.objectsPerPreferredSlab)
    cache.slabMap = found.map { slab in
      var snapshot = SlabSnapshot(
        pageFrameNumber: slab.number, order: order, objects: max(room, slab.objects.count),
        objectsInUse: slab.objects.count,
        owner: WatchedKernel.mostFrequent(slab.objects.map { sites[$0.context] ?? "?" })
      )
      snapshot.oldestMicroseconds = slab.oldestMicroseconds
      return snapshot
    }
    let fewest = found.sorted {
      ($0.objects.count, -$0.oldestMicroseconds, $0.number) < ($1.objects.count, -$1.oldestMicroseconds, $1.number)
    }
    pinnedSlabs = fewest.prefix(WatchedKernel.mostPins.slabs).map { slab in
      MachineDetails.PinnedSlab(
        pageFrameNumber: slab.number, isNumbered: true, order: order, objects: max(room, slab.objects.count),
        objectsInUse: slab.objects.count,
        pins: slab.objects.prefix(WatchedKernel.mostPins.objects).map { object in
          let context = contexts[object.context]
          return MachineDetails.Pin(
            cache: context.cache, isLive: true, site: context.site, requestedBytes: context.requestedBytes,
            ageMicroseconds: object.ageMicroseconds)
        })
    }
  }

  /// Returns the names of the call sites of objects by context. Call sites with few objects are counted together, because a map has few
  /// colours.
  private static func siteNames(of slabs: [WatchedSlabs.Slab], _ contexts: [AllocationContext]) -> [Int: String] {
    var (counts, used) = ([String: Int](), Set<Int>())
    for slab in slabs {
      for object in slab.objects {
        counts[contexts[object.context].site, default: 0] += 1
        used.insert(object.context)
      }
    }
    let largest = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(coloredSites).map(\.key)
    return Dictionary(
      uniqueKeysWithValues: used.map { index in
        (index, largest.contains(contexts[index].site) ? contexts[index].site : "other call sites")
      })
  }

  /// Returns the name that occurs most often; of several, the first in the order of the alphabet.
  private static func mostFrequent(_ names: [String]) -> String {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? ""
  }
}

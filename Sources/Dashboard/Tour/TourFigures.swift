import Profiles
import Telemetry

/// Figures of a machine by which a step of the tour recognises its effect.
struct TourFigures: Sendable {
  /// Name of the policy.
  var policy = ""
  /// Events played so far.
  var events = 0
  /// Time of the workload in seconds.
  var seconds = 0.0
  /// Bytes of slabs.
  var slabBytes = 0
  /// Allocated bytes of live objects.
  var allocatedBytes = 0
  /// Rounding in percent of the allocated bytes of live objects.
  var roundingPercent = 0.0
  /// Slab tails in percent of slab memory.
  var tailPercent = 0.0
  /// Number of caches that have slabs or objects.
  var caches = 0
  /// Name of the cache with the most slab memory.
  var largestCache = ""
  /// Caches in use that share the slabs of another cache.
  var sharingCaches: [String] = []
  /// Live objects of each cache by its name.
  var liveObjects: [String: Int] = [:]
  /// Objects in a slab of the preferred order, by the name of the cache.
  var objectsPerSlab: [String: Int] = [:]
  /// Acquisitions of the locks of pools that several caches share.
  var sharedLockAcquisitions = 0
  /// Slabs allocated with a lower order than the preferred one.
  var orderFallbacks = 0
  /// Refused requests for page blocks.
  var refusals = 0
  var failedAllocations = 0
  var objectsMoved = 0
  var pagesReturned = 0
  /// Sizes of the general caches in service.
  var generalSizes: [Int] = []
  /// Requests that each general cache has served, by its size.
  var served: [Int: Int] = [:]
  /// Requested bytes of all allocations by call site, the largest first; empty if they are not known.
  var sites: [(name: String, bytes: Int)] = []

  init() {}

  init(_ snapshot: Snapshot, _ details: MachineDetails) {
    (policy, events, seconds) = (snapshot.policy, snapshot.events ?? 0, Double(snapshot.timeMicroseconds) / 1e6)
    readLedger(of: snapshot)
    readCaches(of: snapshot)
    failedAllocations = snapshot.failedAllocations ?? 0
    (objectsMoved, pagesReturned) = (snapshot.objectsMoved ?? 0, snapshot.pagesReturnedByShuffler ?? 0)
    for node in snapshot.generalCaches ?? [] where node.isInService {
      generalSizes.append(node.size)
      served[node.size] = node.served ?? 0
    }
    sites =
      details.profile?.rows(by: .site).map { ($0.site ?? "unknown", $0.figures.requestedBytes) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) } ?? []
  }

  private mutating func readLedger(of snapshot: Snapshot) {
    let ledger = snapshot.ledger
    slabBytes = snapshot.caches.reduce(0) { $0 + $1.slabBytes }
    allocatedBytes = ledger[.livePayload] + ledger[.rounding]
    roundingPercent = allocatedBytes == 0 ? 0 : Double(ledger[.rounding]) * 100 / Double(allocatedBytes)
    tailPercent = ledger.slabBytes == 0 ? 0 : Double(ledger[.slabTail]) * 100 / Double(ledger.slabBytes)
  }

  private mutating func readCaches(of snapshot: Snapshot) {
    var largest = -1
    var sharedPools: Set<String> = []
    for cache in snapshot.caches where cache.isUsed {
      caches += 1
      liveObjects[cache.name] = cache.activeObjects
      objectsPerSlab[cache.name] = cache.objectsPerPreferredSlab
      if cache.slabBytes > largest { (largest, largestCache) = (cache.slabBytes, cache.name) }
      orderFallbacks += cache.countedOrderFallbacks ?? 0
      refusals += cache.refusalsByOrder?.reduce(0, +) ?? 0
      if cache.sharesSlabs, cache.allocations ?? 0 > 0 {
        sharingCaches.append(cache.name)
        sharedPools.insert(cache.slabHolder)
      }
    }
    // A pool's lock is that of the cache that reports its slabs.
    for cache in snapshot.caches where sharedPools.contains(cache.name) {
      sharedLockAcquisitions += cache.lockAcquisitions ?? 0
    }
  }
}

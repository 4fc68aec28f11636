/// Context, or group of contexts, with its figures, as an object of JSON. Properties that differ within a group, and figures that are not
/// known, are nil and absent from the JSON.
struct ProfileRecord: Codable {
  var site: String?
  var stack: [String]?
  var cache: String?
  var isGeneral: Bool?
  var requestedBytes: Int?
  var allocatedBytes: Int?
  var usedBytes: Int?
  var cpu: Int?
  var allocObjects: Int?
  var allocBytes: Int?
  /// Sum of the requested bytes of the allocated objects.
  var allocRequestedBytes: Int?
  var freeObjects: Int?
  var remoteFrees: Int?
  var unseenFrees: Int?
  var liveObjects: Int?
  var liveBytes: Int?
  var liveRequestedBytes: Int?
  var peakLiveObjects: Int?
  var liveObjectMicroseconds: Int?
  /// Freed objects by the number of their bucket in ``LifetimeHistogram``.
  var lifetimes: [String: Int]?
  /// Live objects by the bucket of their age.
  var ages: [String: Int]?
  var medianLifetime: Int?
  var growthBytes: Int?

  enum CodingKeys: String, CodingKey {
    case site, stack, cache, cpu
    case isGeneral = "general"
    case requestedBytes = "requested_bytes"
    case allocatedBytes = "allocated_bytes"
    case usedBytes = "used_bytes"
    case allocObjects = "alloc_objects"
    case allocBytes = "alloc_bytes"
    case allocRequestedBytes = "alloc_requested_bytes"
    case freeObjects = "free_objects"
    case remoteFrees = "remote_frees"
    case unseenFrees = "unseen_frees"
    case liveObjects = "live_objects"
    case liveBytes = "live_bytes"
    case liveRequestedBytes = "live_requested_bytes"
    case peakLiveObjects = "peak_live_objects"
    case liveObjectMicroseconds = "live_object_us"
    case lifetimes = "lifetime_log2_us"
    case ages = "age_log2_us"
    case medianLifetime = "median_lifetime_us"
    case growthBytes = "growth_bytes"
  }

  /// Creates a record without properties.
  init() {}

  /// Creates the record of a context.
  init(_ context: AllocationContext, _ figures: AllocationFigures) {
    set(figures)
    (site, stack, cache, isGeneral) = (context.site, context.stack, context.cache, context.isGeneral)
    (requestedBytes, allocatedBytes, usedBytes) = (context.requestedBytes, context.allocatedBytes, context.usedBytes)
  }

  /// Creates the record of a group of contexts.
  init(_ row: ProfileRow, of profile: AllocationProfile) {
    if row.cpu != nil {
      (allocObjects, freeObjects) = (row.figures.allocObjects, row.figures.freeObjects)
      remoteFrees = row.figures.remoteFrees
    } else {
      set(row.figures)
      medianLifetime = profile.hasClock ? row.figures.lifetimes.medianMicroseconds : nil
      growthBytes = profile.growthBytes(row)
      let kinds = Set(row.contexts.map { profile.contexts[$0].isGeneral })
      isGeneral = kinds.count == 1 ? kinds.first : nil
    }
    (site, stack, cache, cpu) = (row.site, row.stack, row.cache, row.cpu)
    (requestedBytes, allocatedBytes, usedBytes) = (row.requestedBytes, row.allocatedBytes, row.usedBytes)
  }

  private mutating func set(_ figures: AllocationFigures) {
    (allocObjects, allocBytes) = (figures.allocObjects, figures.allocBytes)
    allocRequestedBytes = figures.requestedBytes
    (freeObjects, remoteFrees, unseenFrees) = (figures.freeObjects, figures.remoteFrees, figures.unseenFrees)
    (liveObjects, liveBytes) = (figures.liveObjects, figures.liveBytes)
    liveRequestedBytes = figures.liveRequestedBytes
    peakLiveObjects = figures.peakLiveObjects
    liveObjectMicroseconds = figures.liveObjectMicroseconds
    lifetimes = ProfileRecord.object(of: figures.lifetimes)
    ages = ProfileRecord.object(of: figures.ages)
  }

  /// Returns the buckets of a histogram that are not empty, by their numbers.
  private static func object(of histogram: LifetimeHistogram) -> [String: Int] {
    let buckets = histogram.buckets.enumerated().filter { $0.element != 0 }
    return Dictionary(uniqueKeysWithValues: buckets.map { (String($0.offset), $0.element) })
  }
}

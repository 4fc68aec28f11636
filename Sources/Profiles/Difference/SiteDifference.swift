/// Figures of one call site and cache in two profiles.
package struct SiteDifference: Sendable, Hashable, Encodable {
  /// Profiles that have the call site and cache.
  package enum Presence: String, Sendable, Hashable, Encodable {
    case both
    /// Only the later profile.
    case new
    /// Only the earlier profile.
    case vanished
  }

  /// Call site.
  package var site: String
  /// Name of the cache.
  package var cache: String
  /// Profiles that have the call site and cache.
  package var presence: Presence
  /// Figures in the earlier profile.
  package var before: AllocationFigures
  /// Figures in the later profile.
  package var after: AllocationFigures
  /// Allocated bytes per hour in the earlier profile; nil if its duration is not known.
  package var allocBytesPerHourBefore: Double?
  /// Allocated bytes per hour in the later profile; nil if its duration is not known.
  package var allocBytesPerHourAfter: Double?
  /// Growth of the live bytes per hour between the ends of the profiles; nil if the time between them is not known.
  package var growthBytesPerHour: Double?

  /// Growth of the number of live objects.
  package var growthObjects: Int { after.liveObjects - before.liveObjects }
  /// Growth of the bytes of live objects.
  package var growthBytes: Int { after.liveBytes - before.liveBytes }
  /// Change of the allocated bytes per hour; nil if it is not known.
  package var allocBytesPerHourChange: Double? {
    guard let allocBytesPerHourBefore, let allocBytesPerHourAfter else { return nil }
    return allocBytesPerHourAfter - allocBytesPerHourBefore
  }

  private enum CodingKeys: String, CodingKey {
    case site, cache, presence
    case beforeAllocObjects = "before_alloc_objects"
    case afterAllocObjects = "after_alloc_objects"
    case beforeAllocBytes = "before_alloc_bytes"
    case afterAllocBytes = "after_alloc_bytes"
    case beforeLiveObjects = "before_live_objects"
    case afterLiveObjects = "after_live_objects"
    case beforeLiveBytes = "before_live_bytes"
    case afterLiveBytes = "after_live_bytes"
    case growthObjects = "growth_objects"
    case growthBytes = "growth_bytes"
    case growthBytesPerHour = "growth_bytes_per_hour"
    case allocBytesPerHourBefore = "before_alloc_bytes_per_hour"
    case allocBytesPerHourAfter = "after_alloc_bytes_per_hour"
  }

  /// Encodes the figures. Those that are not known are absent.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(site, forKey: .site)
    try object.encode(cache, forKey: .cache)
    try object.encode(presence, forKey: .presence)
    for (key, value) in [
      (CodingKeys.beforeAllocObjects, before.allocObjects), (.afterAllocObjects, after.allocObjects),
      (.beforeAllocBytes, before.allocBytes), (.afterAllocBytes, after.allocBytes),
      (.beforeLiveObjects, before.liveObjects), (.afterLiveObjects, after.liveObjects),
      (.beforeLiveBytes, before.liveBytes), (.afterLiveBytes, after.liveBytes), (.growthObjects, growthObjects),
      (.growthBytes, growthBytes),
    ] { try object.encode(value, forKey: key) }
    try object.encodeIfPresent(growthBytesPerHour, forKey: .growthBytesPerHour)
    try object.encodeIfPresent(allocBytesPerHourBefore, forKey: .allocBytesPerHourBefore)
    try object.encodeIfPresent(allocBytesPerHourAfter, forKey: .allocBytesPerHourAfter)
  }
}

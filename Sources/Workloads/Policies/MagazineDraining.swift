/// Caches whose magazines and depots are drained in the background: their free objects return to the slabs ten times a
/// second of the workload's time.
package enum MagazineDraining: String, Sendable, Hashable, CaseIterable {
  /// No cache. Depots return only the magazines that were not used during an interval.
  case never
  /// Caches whose live objects have decreased, or that had no allocation, since the last time.
  case shrinking
  /// Every cache.
  case always
}

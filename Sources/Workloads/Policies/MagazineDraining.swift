/// Which magazines and depots return their free objects to the slabs in the background, ten times a second of the workload's time.
public enum MagazineDraining: String, Sendable, Hashable, CaseIterable {
  /// None; depots return what lay there unused through an interval.
  case never
  /// Those of caches whose live objects have decreased, or that had no allocation, since the time before.
  case shrinking
  /// Those of every cache.
  case always
}

/// Live objects at one time of a profile.
package struct ProfiledMoment: Sendable, Hashable {
  /// Pseudo-random number of the moment, a hash of its source and its time. Of the moments of merged profiles those with the
  /// smallest numbers are kept: a uniform sample that does not depend on the order of merging.
  package var rank: UInt64
  /// Microseconds since the first event of the source.
  package var microseconds: Int
  /// Number of events of the source up to the moment.
  package var events: Int
  /// Number of live objects of each context, in the order of ``AllocationProfile/contexts``.
  package var liveObjects: [Int32]
  /// Largest number of live objects of each size since the previous moment, in the order of ``AllocationProfile/sizes``.
  package var peakObjectsBySize: [Int32]

  /// Creates a moment.
  package init(
    rank: UInt64, microseconds: Int, events: Int, liveObjects: [Int32], peakObjectsBySize: [Int32]
  ) {
    (self.rank, self.microseconds, self.events) = (rank, microseconds, events)
    (self.liveObjects, self.peakObjectsBySize) = (liveObjects, peakObjectsBySize)
  }
}

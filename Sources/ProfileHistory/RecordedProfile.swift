package import Profiles

/// Profile that was recorded with a snapshot of a history.
package struct RecordedProfile: Sendable, Hashable {
  /// Index of the snapshot in the history.
  package let index: Int
  /// Time of the snapshot in seconds since 1970 UTC.
  package let time: Double
  /// Number of the recorder's run.
  package let run: Int
  /// Cumulative profile, from the start of the source to the snapshot, with at most ``ProfileRecorder/contextCount`` contexts
  /// and the sum of the others. It has no moments.
  package let profile: AllocationProfile

  /// Returns the traffic since an earlier profile of the history. If the source was changed or restarted in between, it is all
  /// traffic since the source's start.
  ///
  /// Sums over all contexts are exact. A context that had too little memory to be recorded in the earlier profile has all its
  /// traffic since the source's start, and the context `AllocationContext.other` lacks the earlier part of it.
  package func subtracting(_ earlier: RecordedProfile) -> AllocationProfile {
    continues(earlier) ? profile.subtracting(earlier.profile) : profile
  }

  /// Returns whether the source has run on since an earlier profile.
  package func continues(_ earlier: RecordedProfile) -> Bool {
    run == earlier.run && profile.sources.map(\.name) == earlier.profile.sources.map(\.name)
      && profile.events >= earlier.profile.events
  }
}

/// Time and run of a recorded snapshot.
package struct RecordedSnapshot: Sendable, Hashable {
  /// Seconds since 1970 UTC.
  package let time: Double
  /// Number of the recorder's run, from 1. Numbers are missing if all snapshots of a run were deleted.
  package let run: Int
  /// Id of the row in the table `moments`.
  package let id: Int
}

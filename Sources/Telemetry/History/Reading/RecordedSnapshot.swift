/// Time and run of a recorded snapshot.
public struct RecordedSnapshot: Sendable, Hashable {
  /// Seconds since 1970 UTC.
  public let time: Double
  /// Number of the recorder's run, from 1. Numbers are missing if all snapshots of a run were deleted.
  public let run: Int
  /// Id of the row in the table `moments`.
  let id: Int
}

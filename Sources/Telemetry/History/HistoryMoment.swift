/// When a snapshot was taken.
public struct HistoryMoment: Sendable, Hashable {
  /// Seconds since 1970 UTC.
  public let time: Double
  /// The run of a recorder that it was taken in, from 1; a run whose moments are all deleted leaves a gap.
  public let run: Int
  /// The row's number.
  let id: Int
}

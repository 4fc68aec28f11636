import Telemetry

/// Moment from which growth is counted: one that the user marked, or the first of the source.
struct MarkedMoment: Sendable {
  let snapshot: Snapshot
  /// Profile at the moment or, if none was known then, the first one after it; nil before that.
  var profile: ProfileBaseline?
  /// Time of the moment, as text.
  let time: String
  /// Time of the moment in seconds, on a clock that depends on the source; nil if not known.
  let seconds: Double?
  /// Number that is larger for later moments.
  let order: Double
}

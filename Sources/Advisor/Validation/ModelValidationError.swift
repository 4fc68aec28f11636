/// Reason why a recording cannot be compared with the recorded kernel.
package enum ModelValidationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The recording has no samples of /proc/slabinfo before and during its events.
  case noSamples
  /// The slab memory before the first event is too large for a replay.
  case tooLarge(bytes: Int)

  /// Error message of one line, without the name of the file.
  package var description: String {
    switch self {
    case .noSamples:
      "has no samples of /proc/slabinfo from before and during its events; record with `slabscope record`, or import with "
        + "`--samples FILE`"
    case .tooLarge(let bytes):
      "has \(bytes >> 30) GiB of slab memory before its events; at most 24 GiB are supported"
    }
  }
}

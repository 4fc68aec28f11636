/// Why a recording can't be compared with the kernel that it was recorded on.
public enum ModelValidationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It has no samples of /proc/slabinfo before its events, or none after.
  case noSamples
  /// Its caches held more before its events than can be laid out again.
  case tooLarge(bytes: Int)

  /// The error in one line.
  public var description: String {
    switch self {
    case .noSamples:
      "has no samples of /proc/slabinfo from before and during its events; record with `slabscope record`, or import with "
        + "`--samples FILE`"
    case .tooLarge(let bytes):
      "its caches held \(bytes >> 30) GiB before its events; up to 24 GiB can be laid out again"
    }
  }
}

/// Choice of the share of objects that are followed: one in 2^shift.
enum SamplingChoice {
  /// Shifts to choose from: 1 in 1, 4, 16 and 64.
  static let shifts = [0, 2, 4, 6]
  /// Cost of following an object from its allocation to its free, in nanoseconds: measured on Linux 6.18 with 100,000 live objects.
  static let followedNanoseconds = 500.0
  /// Share (0...1) of the map of objects in use from which on fewer objects are followed.
  static let largestLoad = 0.75

  /// Cost of counting an event in its context, in nanoseconds: measured on Linux 6.18.
  static let countedNanoseconds = 60.0

  /// Returns the estimated cost of the programs in nanoseconds.
  static func nanoseconds(events: Int, allocations: Int, shift: Int) -> Double {
    Double(events) * countedNanoseconds + Double(allocations) / Double(1 << shift) * followedNanoseconds
  }

  /// Returns the smallest shift whose estimated cost is within a limit; the largest shift if none is.
  /// - Parameters:
  ///   - events: Allocations and frees in an interval, and of these, `allocations`.
  ///   - seconds: Duration of the interval.
  ///   - cpus: Number of CPUs.
  ///   - maximumPercent: Largest share of the time of all CPUs that the programs may take.
  static func shift(events: Int, allocations: Int, seconds: Double, cpus: Int, maximumPercent: Double) -> Int {
    let limit = seconds * 1e9 * Double(max(1, cpus)) * maximumPercent / 100
    return shifts.first { nanoseconds(events: events, allocations: allocations, shift: $0) <= limit }
      ?? shifts[shifts.count - 1]
  }

  /// Returns the next shift: the same or the next larger one.
  /// - Parameters:
  ///   - shift: Present shift.
  ///   - overheadPercent: Measured share of the time of all CPUs; nil if not measured.
  ///   - load: Share (0...1) of the map of objects in use.
  static func nextShift(_ shift: Int, overheadPercent: Double?, maximumPercent: Double, load: Double) -> Int {
    let isOver = overheadPercent ?? 0 > maximumPercent || load > largestLoad
    return isOver ? shifts.first { $0 > shift } ?? shift : shift
  }
}

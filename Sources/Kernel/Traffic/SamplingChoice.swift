/// Choice of the share of objects that are followed: one in 2^shift.
enum SamplingChoice {
  /// Shifts to choose from: 1 in 1, 4, 16 and 64.
  static let shifts = [0, 2, 4, 6]
  /// Cost of following an object from its allocation to its free, in nanoseconds: measured on Linux 6.18 with 100,000 live objects.
  static let followedNanoseconds = 500.0
  /// Share (0...1) of the map of objects in use from which on fewer objects are followed.
  static let largestLoad = 0.75

  /// Returns the first shift of a watch.
  /// - Parameters:
  ///   - allocationsPerSecond: Rate of allocations.
  ///   - countingPercent: Share of the time of all CPUs that counting takes alone.
  ///   - cpus: Number of CPUs.
  ///   - maximumPercent: Largest share of the time that the programs may take.
  static func initialShift(
    allocationsPerSecond: Double, countingPercent: Double, cpus: Int, maximumPercent: Double
  ) -> Int {
    let following = allocationsPerSecond * followedNanoseconds / 1e9 / Double(max(1, cpus)) * 100
    return shifts.first { countingPercent + following / Double(1 << $0) <= maximumPercent } ?? shifts[shifts.count - 1]
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

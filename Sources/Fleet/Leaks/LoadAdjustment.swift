package import Profiles

/// Live objects over time without the part that follows the load of the host.
///
/// A working set is proportional to the rate of allocations: when the load rises from morning to noon, the live objects rise as steadily
/// as a leak. The part that is proportional to the rate is subtracted, and what remains is judged. Live objects grow by no larger share
/// than the load that they follow; growth beyond that share remains.
package enum LoadAdjustment {
  /// Least standard deviation of the load, as a share of its mean, at which live objects can follow it.
  private static let leastVariation = 0.05
  /// Correlation of load and time from which on the effects of the two cannot be told apart. All growth that the load can explain is then
  /// ascribed to it.
  private static let indistinguishable = 0.9

  /// Returns live objects without the part that follows the load; nil if the load hardly varies, or if more load does not mean more
  /// objects.
  /// - Parameters:
  ///   - points: Live objects over time.
  ///   - load: Allocations per second at the same times.
  package static func withoutLoad(_ points: [GrowthSeries.Point], load: [Double]) -> [GrowthSeries.Point]? {
    guard points.count == load.count, points.count > 3 else { return nil }
    let (rate, time, objects) = (Centred(load), Centred(points.map(\.seconds)), Centred(points.map(\.objects)))
    guard rate.mean > 0, (rate.squares / Double(load.count)).squareRoot() >= leastVariation * rate.mean,
      time.squares > 0
    else { return nil }
    let correlation = rate.product(time) / (rate.squares * time.squares).squareRoot()
    let slope: Double
    if abs(correlation) >= indistinguishable {
      slope = rate.product(objects) / rate.squares
    } else {
      // Least squares with two variables: the load and the time.
      let determinant = rate.squares * time.squares - rate.product(time) * rate.product(time)
      slope = (rate.product(objects) * time.squares - time.product(objects) * rate.product(time)) / determinant
    }
    guard slope > 0 else { return nil }
    let explained = min(slope, early(points.map(\.objects)) / max(early(load), .leastNormalMagnitude))
    return zip(points, rate.deviations).map { point, deviation in
      var adjusted = point
      let share = point.objects > 0 ? point.bytes / point.objects : 0
      adjusted.objects -= explained * deviation
      adjusted.bytes = adjusted.objects * share
      return adjusted
    }
  }

  /// Returns the mean of the first eighth of numbers.
  private static func early(_ values: [Double]) -> Double {
    let first = values.prefix(max(1, values.count / 8))
    return first.reduce(0, +) / Double(first.count)
  }

  /// Numbers as deviations from their mean.
  private struct Centred {
    let mean: Double
    let deviations: [Double]
    let squares: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      deviations = values.map { $0 - mean }
      squares = deviations.reduce(0) { $0 + $1 * $1 }
    }

    func product(_ other: Centred) -> Double { zip(deviations, other.deviations).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

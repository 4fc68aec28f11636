package import Profiles

/// Live objects over time without the part that follows the load of the host.
///
/// A working set is proportional to the rate of allocations: when the load rises from morning to noon, the live objects rise as steadily
/// as a leak. The part that is proportional to the rate is subtracted, and what remains is judged. Live objects grow by no larger share
/// than the load that they follow; growth beyond that share remains.
package enum LoadAdjustment {
  /// Least standard deviation of the load, as a share of its mean, at which live objects can follow it.
  private static let leastVariation = 0.02

  /// Returns live objects without the part that follows the load; nil if the load hardly varies, or if more load does not mean more
  /// objects.
  /// - Parameters:
  ///   - points: Live objects over time.
  ///   - load: Allocations per second at the same times.
  /// - Complexity: O(n^2 log n).
  package static func withoutLoad(_ points: [GrowthSeries.Point], load: [Double]) -> [GrowthSeries.Point]? {
    guard points.count == load.count, points.count > 3 else { return nil }
    let mean = load.reduce(0, +) / Double(load.count)
    let variance = load.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(load.count)
    guard mean > 0, variance.squareRoot() >= leastVariation * mean else { return nil }
    let slope = slope(load, points.map(\.objects))
    guard slope > 0 else { return nil }
    let explained = min(slope, early(points.map(\.objects)) / max(early(load), .leastNormalMagnitude))
    return zip(points, load).map { point, load in
      var adjusted = point
      let bytesPerObject = point.objects > 0 ? point.bytes / point.objects : 0
      adjusted.objects -= explained * (load - mean)
      adjusted.bytes = adjusted.objects * bytesPerObject
      return adjusted
    }
  }

  /// Returns the objects for each unit of load: the Theil-Sen slope, which single rates do not change that the server computed over
  /// too few samples.
  private static func slope(_ load: [Double], _ objects: [Double]) -> Double {
    var slopes: [Double] = []
    slopes.reserveCapacity(load.count * load.count / 2)
    for last in load.indices {
      for first in 0..<last where load[last] != load[first] {
        slopes.append((objects[last] - objects[first]) / (load[last] - load[first]))
      }
    }
    slopes.sort()
    return slopes.isEmpty ? 0 : slopes[slopes.count / 2]
  }

  /// Returns the mean of the first eighth of numbers.
  private static func early(_ values: [Double]) -> Double {
    let first = values.prefix(max(1, values.count / 8))
    return first.reduce(0, +) / Double(first.count)
  }
}

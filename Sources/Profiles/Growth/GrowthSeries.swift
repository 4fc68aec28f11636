/// Live objects and bytes of a cache or call site over time.
package struct GrowthSeries: Sendable, Hashable {
  /// One time of the series.
  package struct Point: Sendable, Hashable {
    /// Seconds since any origin. If the times are not known, the number of the point.
    package var seconds: Double
    /// Number of live objects.
    package var objects: Double
    /// Allocated bytes of the live objects.
    package var bytes: Double
    /// Number of events of the whole source up to this time: its increase is the load. Nil if not known.
    package var events: Double?

    /// Creates a point.
    package init(seconds: Double, objects: Double, bytes: Double, events: Double? = nil) {
      (self.seconds, self.objects, self.bytes, self.events) = (seconds, objects, bytes, events)
    }
  }

  /// Points in the order of time.
  package private(set) var points: [Point]

  /// Creates a series. Points that are not later than those before them are left out: of histories whose clock was set back.
  package init(_ points: some Sequence<Point>) {
    self.points = []
    for point in points where point.seconds > self.points.last?.seconds ?? -.infinity { self.points.append(point) }
  }

  /// Seconds from the first point to the last.
  package var seconds: Double { points.isEmpty ? 0 : points[points.count - 1].seconds - points[0].seconds }

  /// Largest number of points of a trend, whose cost grows with the square.
  static let trendPoints = 64

  /// Returns the part from `share` (0...1) of the time on, at equal intervals if it has more than ``trendPoints`` points. The moments of a
  /// recording are at equal numbers of events, so that without equal intervals busy times would outweigh quiet ones.
  func trendPart(from share: Double) -> GrowthSeries {
    guard let first = points.first, let last = points.last, points.count > 1 else { return self }
    let start = first.seconds + share * seconds
    guard points.count(where: { $0.seconds >= start }) > GrowthSeries.trendPoints else {
      let later = points.filter { $0.seconds > start }
      return GrowthSeries([point(at: start)] + later)
    }
    let step = (last.seconds - start) / Double(GrowthSeries.trendPoints - 1)
    return GrowthSeries((0..<GrowthSeries.trendPoints).map { point(at: start + Double($0) * step) })
  }

  /// Returns the point at a time inside the series, by linear interpolation.
  /// - Complexity: O(log n).
  func point(at seconds: Double) -> Point {
    var (low, high) = (0, points.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].seconds <= seconds { low = middle } else { high = middle }
    }
    let (one, two) = (points[low], points[high])
    guard two.seconds > one.seconds else { return one }
    let share = min(1, max(0, (seconds - one.seconds) / (two.seconds - one.seconds)))
    func between(_ first: Double, _ second: Double) -> Double { first + share * (second - first) }
    var events: Double?
    if let first = one.events, let second = two.events { events = between(first, second) }
    return Point(
      seconds: seconds, objects: between(one.objects, two.objects), bytes: between(one.bytes, two.bytes), events: events
    )
  }
}

import Profiles

/// Live bytes of the largest call sites over time, from successive profiles.
struct LiveCurves: Sendable {
  /// Largest number of call sites.
  static let siteCount = 200
  /// Largest number of points in time. When it is reached, every other point is removed and the interval doubles, so that the
  /// curves always begin with the first profile.
  static let pointCount = 120

  private var interval = 1.0
  private var now = 0.0
  private var lastPoint: Double?
  private var pointsSoFar = 0
  private var curves: [String: [Int?]] = [:]
  /// Live bytes of the general caches by requested size, one dictionary for each point.
  private var sizes: [[Int: Int]] = []

  /// Returns the live bytes of a call site, oldest first; nil for times at which it was not among the largest.
  func liveBytes(ofSite site: String) -> [Int?] { curves[site] ?? [] }

  /// Returns the live bytes of general caches whose requested sizes are in a range, oldest first.
  func liveBytes(ofSizes range: ClosedRange<Int>) -> [Int?] {
    sizes.map { point in point.reduce(0) { $0 + (range.contains($1.key) ? $1.value : 0) } }
  }

  /// Passes over a time at which no profile was known.
  mutating func advance(_ seconds: Double) { now += seconds }

  /// Adds a profile and its call sites, `seconds` after the previous one.
  mutating func add(_ sites: [ProfileRow], _ profile: AllocationProfile, seconds: Double) {
    now += seconds
    guard lastPoint.map({ now - $0 >= interval }) ?? true else { return }
    lastPoint = now
    let largest = sites.sorted { $0.figures.liveBytes > $1.figures.liveBytes }.prefix(LiveCurves.siteCount)
    var next: [String: [Int?]] = [:]
    for row in largest {
      guard let site = row.site else { continue }
      let earlier = curves[site] ?? [Int?](repeating: nil, count: pointsSoFar)
      next[site] = earlier + [row.figures.liveBytes]
    }
    var bytes: [Int: Int] = [:]
    for (context, figures) in zip(profile.contexts, profile.figures) where context.isGeneral {
      bytes[context.requestedBytes, default: 0] += figures.liveBytes
    }
    sizes.append(bytes)
    (curves, pointsSoFar) = (next, pointsSoFar + 1)
    if pointsSoFar == LiveCurves.pointCount { removeEveryOtherPoint() }
  }

  private mutating func removeEveryOtherPoint() {
    let kept = Array(stride(from: 0, to: pointsSoFar, by: 2))
    curves = curves.mapValues { curve in kept.map { curve[$0] } }
    sizes = kept.map { sizes[$0] }
    pointsSoFar = kept.count
    interval *= 2
  }
}

import Profiles

/// Live objects of a cache or call site of one host over time.
struct GrowingSeries {
  let host: HostName
  let cache: String
  /// Call site; nil for a cache as a whole.
  let site: String?
  let points: [GrowthSeries.Point]

  /// Creates a series from numbers of objects.
  init(objects series: PrometheusSeries, bytesPerObject: Double) {
    self.init(series, objectsPerUnit: 1, bytesPerUnit: bytesPerObject)
  }

  /// Creates a series from numbers of bytes.
  init(bytes series: PrometheusSeries, bytesPerObject: Double) {
    self.init(series, objectsPerUnit: 1 / bytesPerObject, bytesPerUnit: 1)
  }

  private init(_ series: PrometheusSeries, objectsPerUnit: Double, bytesPerUnit: Double) {
    host = HostName(series.labels)
    cache = series.labels["slab"] ?? ""
    site = series.labels["site"]
    points = series.points.map {
      GrowthSeries.Point(seconds: $0.seconds, objects: $0.value * objectsPerUnit, bytes: $0.value * bytesPerUnit)
    }
  }
}

/// Cache of one host.
struct CacheOnHost: Hashable {
  let host: HostName
  let cache: String

  init(host: HostName, cache: String) { (self.host, self.cache) = (host, cache) }
  init(_ series: GrowingSeries) { (host, cache) = (series.host, series.cache) }
}

/// Labels of a series except the metric's name.
struct SeriesKey: Hashable {
  private let labels: [String: String]

  init(_ labels: [String: String]) { self.labels = labels.filter { $0.key != "__name__" } }
}

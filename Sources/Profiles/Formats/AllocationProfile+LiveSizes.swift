package import TextOutput

/// Live objects of general caches by requested size.
extension AllocationProfile {
  /// Name of the metric of live objects of general caches by requested size.
  package static let liveSizesMetric = "slabscope_general_cache_live_objects"
  /// Largest number of sizes, each of which is a time series.
  package static let mostLiveSizes = 128

  /// Returns the number of live objects of general caches of each requested size in bytes.
  ///
  /// The sizes are those of `size(of:)`, which size classes are derived from.
  /// - Parameter largest: Largest size; requests above it take whole pages.
  package func liveObjectsBySize(upTo largest: Int) -> [Int: Int] {
    var objects: [Int: Int] = [:]
    for (context, figures) in zip(contexts, figures) where figures.liveObjects > 0 {
      if let size = size(of: context), size <= largest { objects[size, default: 0] += figures.liveObjects }
    }
    return objects
  }

  /// Returns live objects by size as a metric with the label `bytes`.
  ///
  /// If there are more than `count` sizes, those with the fewest bytes are counted as the next larger size that is kept, so
  /// that a size class that fits the larger size fits them too.
  package static func liveSizes(_ objects: [Int: Int], atMost count: Int = mostLiveSizes) -> MetricFamily {
    let kept = Set(
      objects.sorted { ($0.key * $0.value, $0.key) > ($1.key * $1.value, $1.key) }.prefix(count - 1).map(\.key)
        + [objects.keys.max() ?? 0])
    var (samples, pending) = ([MetricsText.Sample](), 0)
    for (size, count) in objects.sorted(by: { $0.key < $1.key }) {
      pending += count
      guard kept.contains(size) else { continue }
      samples.append(MetricsText.Sample(labels: [("bytes", String(size))], value: pending))
      pending = 0
    }
    return MetricFamily(
      liveSizesMetric, .gauge,
      help: "Live objects of general caches (kmalloc) by the bytes that the caller requested of each.", samples)
  }
}

import TextOutput

/// Choice of the format of metrics by the header Accept (RFC 9110, section 12.5.1).
enum AcceptHeader {
  /// Returns the format that the client prefers: OpenMetrics only if it is named, Prometheus text otherwise. A client that
  /// accepts neither gets Prometheus text, because it ignores the header more often than it means it.
  static func format(_ values: [String]) -> MetricsText.Format {
    var (openMetrics, text) = (0.0, 0.0)
    for range in values.flatMap({ $0.split(separator: ",") }) {
      let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
      guard let type = parts.first else { continue }
      let parameters = parts.dropFirst()
      let quality = parameters.first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      let version = parameters.first { $0.hasPrefix("version=") }?.dropFirst(8)
      switch type {
      case "application/openmetrics-text" where version.map { $0 == "1.0.0" || $0 == "0.0.1" } ?? true:
        openMetrics = max(openMetrics, quality)
      case "text/plain" where version.map { $0 == "0.0.4" } ?? true: text = max(text, quality)
      case "*/*", "text/*": text = max(text, quality)
      default: continue
      }
    }
    return openMetrics > 0 && openMetrics >= text ? .openMetrics : .prometheus
  }

  /// Returns whether the client accepts gzip.
  static func acceptsGzip(_ values: [String]) -> Bool {
    var any = false
    for coding in values.flatMap({ $0.split(separator: ",") }) {
      let parts = coding.split(separator: ";").map { $0.trimmed.lowercased() }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      if parts.first == "gzip" { return quality > 0 }
      if parts.first == "*" { any = quality > 0 }
    }
    return any
  }
}

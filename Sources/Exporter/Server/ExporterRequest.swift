/// Request to an exporter.
package struct ExporterRequest: Sendable, Hashable {
  /// Path without the query.
  package var path: String
  /// Parameters of the query.
  package var query: [String: String] = [:]
  /// Values of the header Accept.
  package var accept: [String] = []
  /// Values of the header Accept-Encoding.
  package var acceptEncoding: [String] = []

  /// Creates a request of a path with an optional query.
  package init(_ target: String, accept: [String] = [], acceptEncoding: [String] = []) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
    }
    (self.accept, self.acceptEncoding) = (accept, acceptEncoding)
  }
}

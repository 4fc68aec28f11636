/// Limits of a server, so that slow or hostile clients cannot take its memory or delay others.
package struct ServerLimits: Sendable, Hashable {
  /// Largest headers of a request in bytes, and the largest number of header fields.
  package var headerBytes = 16 << 10, headerFields = 64
  /// Largest body of a request in bytes, which is not read.
  package var bodyBytes = 16 << 10
  /// Largest number of connections. Above it the one that has waited longest without a complete request is closed.
  package var connections = 128
  /// Largest number of responses that are being sent. Above it the oldest is ended.
  package var responses = 32
  /// Seconds in which a request must be complete.
  package var requestSeconds = 10.0
  /// Seconds after which an idle connection is closed.
  package var idleSeconds = 150.0
  /// Seconds in which the client must have read a response.
  package var responseSeconds = 10.0
  /// Seconds in which a response must begin, if the client gives no other time in X-Prometheus-Scrape-Timeout-Seconds.
  package var answerSeconds = 10.0

  /// Creates the standard limits.
  package init() {}
}

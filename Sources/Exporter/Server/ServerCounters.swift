/// Counts of a server about its connections.
package struct ServerCounters: Sendable, Hashable {
  /// Reason why the server closed a connection.
  package enum Reason: String, Sendable, Hashable {
    /// No complete request in time, or an idle connection.
    case timeout
    /// The client did not read the response in time.
    case slowReader = "slow_reader"
    /// There were too many connections, and this one had waited longest.
    case tooMany = "too_many"
    /// The request was malformed or too large.
    case malformed
  }

  /// Open connections.
  package var connections = 0
  /// Connections that the server closed, by reason.
  package var closed: [Reason: Int] = [.timeout: 0, .slowReader: 0, .tooMany: 0, .malformed: 0]

  /// Creates counts of a server without connections.
  package init() {}
}

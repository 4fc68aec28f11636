#if HTTP
  import NIOCore
  import Synchronization

  /// The connections of a server. It closes those that exceed the limits.
  final class ConnectionRegistry: @unchecked Sendable {
    // Sendable: used by the one event loop of the server only.

    private let exporter: Exporter
    private let limits: ServerLimits
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]

    init(_ exporter: Exporter, _ limits: ServerLimits) { (self.exporter, self.limits) = (exporter, limits) }

    /// Adds a connection. If there are too many, the one that has waited longest for a request is closed.
    func add(_ connection: ConnectionHandler) {
      connections[ObjectIdentifier(connection)] = connection
      if connections.count > limits.connections {
        (oldest { $0.isWaiting } ?? oldest { _ in true })?.close(.tooMany)
      }
      report()
    }

    /// Removes a connection that was closed.
    func remove(_ connection: ConnectionHandler) {
      connections[ObjectIdentifier(connection)] = nil
      report()
    }

    /// Makes room for another response. If too many are being sent, the oldest is ended.
    func beginResponse() {
      guard connections.values.count(where: { $0.activity == .sending }) >= limits.responses else { return }
      oldest { $0.activity == .sending }?.close(.slowReader)
    }

    /// Closes the connections whose time is over.
    func closeLate() {
      let now = NIODeadline.now()
      for connection in connections.values where connection.isLate(at: now) {
        connection.close(connection.activity == .sending ? .slowReader : .timeout)
      }
    }

    /// Closes all connections.
    func closeAll() { for connection in connections.values { connection.close(nil) } }

    /// Counts a connection that the server closes.
    func count(_ reason: ServerCounters.Reason) { exporter.server.withLock { $0.closed[reason, default: 0] += 1 } }

    private func report() {
      let count = connections.count
      exporter.server.withLock { $0.connections = count }
    }

    private func oldest(_ isCandidate: (ConnectionHandler) -> Bool) -> ConnectionHandler? {
      connections.values.lazy.filter(isCandidate).min { $0.since < $1.since }
    }
  }
#endif

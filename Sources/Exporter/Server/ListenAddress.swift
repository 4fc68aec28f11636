import TextOutput

/// Address at which a server listens: `127.0.0.1:9779`, `[::1]:9779`, `:9779` (all addresses).
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// Port of the exporter if the user gives none.
  package static let standardPort = 9779

  /// Address or name of a host, without brackets.
  package let host: String
  /// Port; 0 for any free port.
  package let port: Int

  /// Creates an address.
  package init(host: String = "127.0.0.1", port: Int = standardPort) { (self.host, self.port) = (host, port) }

  /// Parses an address; nil if the text is not one.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") || host.contains("[") || host.contains("/") {
      return nil
    }
    self.init(host: host.isEmpty ? "::" : String(host), port: port)
  }

  /// Whether only this machine can reach the address.
  package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// The address as a part of a URL.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

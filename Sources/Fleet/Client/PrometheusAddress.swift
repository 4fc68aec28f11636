import TextOutput

/// Address of a Prometheus server: `http://[user:password@]host[:port][/prefix]`.
package struct PrometheusAddress: Sendable, Hashable {
  /// Host name, or IP address without brackets.
  package let host: String
  /// TCP port.
  package let port: Int
  /// Path before `/api/v1`, without a slash at its end.
  package let prefix: String
  /// User and password before the host; nil if there are none.
  package let basicAuthentication: (user: String, password: String)?

  /// Reads an address.
  /// - Throws: `PrometheusError.address`.
  package init(_ text: String) throws(PrometheusError) {
    if text.lowercased().hasPrefix("https://") {
      throw .address(
        "\(PrometheusAddress.withoutPassword(text)): expected http://, found https://, and TLS is not built in; forward a local "
          + "port (ssh -L 9090:localhost:9090 HOST) or run a proxy, and name it: http://localhost:9090")
    }
    let scheme = "http://"
    let expected = "expected http://[USER:PASSWORD@]HOST[:PORT][/PREFIX]"
    guard text.lowercased().hasPrefix(scheme) else {
      throw .address("\(PrometheusAddress.withoutPassword(text)): \(expected), such as http://localhost:9090")
    }
    let rest = text.dropFirst(scheme.count)
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    var authority = rest[..<end]
    var path = rest[end...]
    guard !path.contains(where: { "?#".contains($0) || $0.isWhitespace }) else {
      throw .address("\(PrometheusAddress.withoutPassword(text)): \(expected), found a query or a space")
    }
    while path.hasSuffix("/") { path = path.dropLast() }
    prefix = String(path)
    if let mark = authority.lastIndex(of: "@") {
      let parts = authority[..<mark].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let user = PercentEncoding.decoded(parts[0]),
        let password = parts.count > 1 ? PercentEncoding.decoded(parts[1]) : ""
      else { throw .address("\(PrometheusAddress.withoutPassword(text)): the user or password is not percent-encoded") }
      basicAuthentication = (user, password)
      authority = authority[authority.index(after: mark)...]
    } else {
      basicAuthentication = nil
    }
    guard let (host, port) = PrometheusAddress.hostAndPort(authority) else {
      throw .address("\(PrometheusAddress.withoutPassword(text)): \(expected), such as http://localhost:9090")
    }
    (self.host, self.port) = (host, port)
  }

  /// The address without user and password, for messages.
  package var text: String { "http://\(authority)\(prefix)" }

  /// Host and port as in the header `Host`.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + (port == 80 ? "" : ":\(port)") }

  private static func hostAndPort(_ text: Substring) -> (String, Int)? {
    var (host, port) = (text, Substring())
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      port = text[text.index(after: end)...]
      guard port.isEmpty || port.hasPrefix(":") else { return nil }
    } else if let colon = text.firstIndex(of: ":") {
      (host, port) = (text[..<colon], text[colon...])
    }
    guard !host.isEmpty, !host.contains(where: \.isWhitespace), !host.contains("@") else { return nil }
    guard !port.isEmpty else { return (String(host), 80) }
    guard let number = Int(port.dropFirst()), (1...65535).contains(number) else { return nil }
    return (String(host), number)
  }

  /// Returns the text of an address with dots in place of the password.
  private static func withoutPassword(_ text: String) -> String {
    guard let start = text.firstRange(of: "://")?.upperBound, let mark = text.lastIndex(of: "@"), start < mark,
      let colon = text[start..<mark].firstIndex(of: ":")
    else { return text }
    return text[...colon] + "..." + text[mark...]
  }

  package static func == (one: Self, other: Self) -> Bool {
    one.text == other.text && one.basicAuthentication?.user == other.basicAuthentication?.user
      && one.basicAuthentication?.password == other.basicAuthentication?.password
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

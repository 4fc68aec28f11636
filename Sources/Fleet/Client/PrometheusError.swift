import TextOutput

/// Reason why a question to a Prometheus server has no answer.
package enum PrometheusError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address cannot be used; the text says why and what to do.
  case address(String)
  /// The selector of series cannot be used; the text says why.
  case selector(String)
  /// No connection.
  case unreachable(server: String, reason: String)
  /// No complete answer in time.
  case timedOut(server: String, seconds: Double)
  /// The connection ended in the middle of the answer.
  case incomplete(server: String)
  /// The answer is larger than the limit.
  case tooLarge(server: String, limit: Int)
  /// The server wants credentials (401), or refuses those that were sent (403).
  case unauthorized(server: String, status: Int, hasCredentials: Bool)
  /// The server answers, but not as the HTTP API of Prometheus does.
  case notPrometheus(server: String, reason: String)
  /// The server cannot read the query.
  case badQuery(server: String, message: String)
  /// The server gave up: too many samples, or too much time.
  case refused(server: String, message: String)
  /// The server answers from a part of the data.
  case partial(server: String, warnings: [String])
  /// No series have the labels that were asked for.
  case noSeries(server: String, selector: String, reason: String)
  /// The program has no HTTP client.
  case notBuilt

  /// Whether the arguments of the command are wrong, so that the exit status is that of a usage error.
  package var isUsage: Bool {
    switch self {
    case .address, .selector: true
    default: false
    }
  }

  /// The error in one line, with what to check.
  package var description: String {
    switch self {
    case .address(let text): text
    case .selector(let text): "--match: \(text)"
    case .unreachable(let server, let reason):
      "\(server): no connection to Prometheus: \(reason); check the host, the port and the firewall"
    case .timedOut(let server, let seconds):
      "\(server): no answer within \(String(printf: "%g", seconds)) s; check that the server is healthy (\(server)/-/healthy), "
        + "select fewer series with --match, or wait longer with --timeout"
    case .incomplete(let server):
      "\(server): the connection ended in the middle of the answer; check the logs of the server and of proxies before it"
    case .tooLarge(let server, let limit):
      "\(server): the answer is larger than \(ByteCount.text(limit)); select fewer hosts with --match or a shorter --range"
    case .unauthorized(let server, 401, hasCredentials: false):
      "\(server): the server requires credentials (401); name a user (http://USER:PASSWORD@HOST:PORT) or a token (--token-file)"
    case .unauthorized(let server, let status, hasCredentials: true):
      "\(server): the server refuses the credentials (\(status)); check the user and password, or the token and its expiry"
    case .unauthorized(let server, let status, hasCredentials: false):
      "\(server): the server refuses access (\(status)); check its access rules, or name a user or a token (--token-file)"
    case .notPrometheus(let server, let reason):
      "\(server): expected the HTTP API of Prometheus, found \(reason); check the port, and the prefix of the path if the server has "
        + "one (--web.external-url)"
    case .badQuery(let server, let message):
      "\(server): the server cannot read the query: \(message); check --match, which is a list of PromQL matchers such as "
        + "job=\"slabscope\",instance=~\"web.*\""
    case .refused(let server, let message):
      "\(server): the server gave up: \(message); select fewer hosts with --match or a shorter --range, or raise its limits "
        + "(--query.max-samples, --query.timeout)"
    case .partial(let server, let warnings):
      "\(server): the answer is from a part of the data: \(warnings.joined(separator: "; ")); check the stores behind the server, or "
        + "accept this with --allow-partial"
    case .noSeries(let server, let selector, let reason): "\(server): no series \(selector): \(reason)"
    case .notBuilt:
      "this slabscope was built without the trait HTTP, and cannot ask Prometheus; build it with --traits default"
    }
  }
}

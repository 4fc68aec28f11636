import FoundationEssentials

/// Client of the HTTP API of a Prometheus server, or of one that has the same API (Thanos, Mimir, VictoriaMetrics).
package struct PrometheusClient: Sendable {
  /// Address of the server.
  package let server: PrometheusAddress
  /// Seconds until each answer must be complete.
  package var timeout = 30.0
  /// Largest number of bytes of an answer.
  package var mostBytes = 64 << 20
  /// Whether answers from a part of the data are accepted.
  package var allowsPartialData = false
  /// Receives the server's warnings about answers that are accepted all the same.
  package var warn: @Sendable (String) -> Void = { _ in }

  private let token: String?
  private let transport: any HTTPTransport

  /// Creates a client.
  /// - Parameters:
  ///   - server: Address of the server. Its user and password are sent unless there is a token.
  ///   - token: Bearer token; nil for none.
  ///   - transport: Sender of requests.
  package init(_ server: PrometheusAddress, token: String? = nil, transport: any HTTPTransport) {
    (self.server, self.token, self.transport) = (server, token, transport)
  }

  /// Evaluates a query at one time.
  /// - Parameters:
  ///   - query: PromQL whose result is a vector.
  ///   - time: Seconds since 1970; nil for the server's now.
  /// - Throws: `PrometheusError`.
  package func series(_ query: String, at time: Double? = nil) throws(PrometheusError) -> [PrometheusSeries] {
    try ask("/api/v1/query", [("query", query)] + (time.map { [("time", PrometheusClient.text($0))] } ?? []))
  }

  /// Evaluates a query at equal distances of time.
  /// - Parameters:
  ///   - query: PromQL whose result is a vector.
  ///   - start: Seconds since 1970.
  ///   - end: Seconds since 1970.
  ///   - step: Seconds between two times.
  /// - Throws: `PrometheusError`.
  package func series(
    _ query: String, from start: Double, to end: Double, step: Double
  ) throws(PrometheusError) -> [PrometheusSeries] {
    try ask(
      "/api/v1/query_range",
      [
        ("query", query), ("start", PrometheusClient.text(start)), ("end", PrometheusClient.text(end)),
        ("step", PrometheusClient.text(step)),
      ])
  }

  /// Returns the server's time in seconds since 1970. The first question of a command: it tells whether the server answers.
  /// - Throws: `PrometheusError`.
  package func now() throws(PrometheusError) -> Double {
    guard let time = try series("vector(time())").first?.value else {
      throw .notPrometheus(server: server.text, reason: "no time in its answer")
    }
    return time
  }

  private func ask(
    _ path: String, _ fields: [(name: String, value: String)]
  ) throws(PrometheusError) -> [PrometheusSeries] {
    // The server ends a query when this client no longer waits for the answer.
    let fields = fields + [("timeout", "\(PrometheusClient.text(timeout))s")]
    let answer = try transport.post(
      HTTPRequest(
        server: server, path: path,
        form: fields.map { "\($0.name)=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&"),
        authorization: authorization, timeout: timeout, mostBytes: mostBytes))
    let decoded = try decode(answer)
    guard !decoded.warnings.isEmpty else { return decoded.series }
    // Remarks on the query itself are no loss of data.
    let losses = decoded.warnings.filter { !$0.hasPrefix("PromQL ") }
    guard losses.isEmpty || allowsPartialData else { throw .partial(server: server.text, warnings: losses) }
    for text in decoded.warnings { warn(text) }
    return decoded.series
  }

  private var authorization: String? {
    if let token { return "Bearer \(token)" }
    return server.basicAuthentication.map {
      "Basic " + Data("\($0.user):\($0.password)".utf8).base64EncodedString()
    }
  }

  private func decode(_ answer: HTTPAnswer) throws(PrometheusError) -> PrometheusAnswer {
    switch answer.status {
    case 401, 403:
      throw .unauthorized(server: server.text, status: answer.status, hasCredentials: authorization != nil)
    case 300..<400:
      throw .notPrometheus(
        server: server.text, reason: "a redirection to \(answer.location ?? "nowhere") (\(answer.status))")
    default: break
    }
    let decoded: PrometheusAnswer
    do {
      decoded = try JSONDecoder().decode(PrometheusAnswer.self, from: Data(answer.body))
    } catch {
      throw .notPrometheus(
        server: server.text,
        reason: answer.status == 200 ? "an answer of another form" : "status \(answer.status)")
    }
    guard decoded.status != "success" else { return decoded }
    let message = decoded.error ?? "no reason given (status \(answer.status))"
    switch decoded.errorType {
    case "bad_data": throw .badQuery(server: server.text, message: message)
    default: throw .refused(server: server.text, message: message)
    }
  }

  /// Returns seconds with at most three digits after the point, which is the server's resolution.
  private static func text(_ seconds: Double) -> String {
    let milliseconds = Int((min(max(seconds, 0), 1e12) * 1000).rounded())
    let rest = milliseconds % 1000
    return rest == 0 ? "\(milliseconds / 1000)" : "\(milliseconds / 1000)." + String(1000 + rest).dropFirst()
  }
}

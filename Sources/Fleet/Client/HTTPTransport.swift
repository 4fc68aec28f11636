/// Sender of one HTTP request, which the client of Prometheus uses. Tests replace it with recorded answers.
package protocol HTTPTransport: Sendable {
  /// Sends a form by POST, and returns the answer.
  /// - Throws: `PrometheusError` if there is no complete answer.
  func post(_ request: HTTPRequest) throws(PrometheusError) -> HTTPAnswer
}

/// Form to be sent to a server.
package struct HTTPRequest: Sendable {
  /// Server that the form is sent to.
  package var server: PrometheusAddress
  /// Path after the server's prefix.
  package var path: String
  /// The form, encoded.
  package var form: String
  /// Value of the header `Authorization`; nil for none.
  package var authorization: String?
  /// Seconds until the answer must be complete.
  package var timeout: Double
  /// Largest number of bytes of the answer.
  package var mostBytes: Int
}

/// Answer of a server.
package struct HTTPAnswer: Sendable {
  /// Status code.
  package var status: Int
  /// Value of the header `Location`; nil if there is none.
  package var location: String?
  /// Content of the answer.
  package var body: [UInt8]

  /// Creates an answer.
  package init(status: Int, location: String? = nil, body: [UInt8]) {
    (self.status, self.location, self.body) = (status, location, body)
  }
}

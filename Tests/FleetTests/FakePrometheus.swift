import Fleet
import Synchronization

/// Prometheus server whose answers a test gives, and which records the questions.
final class FakePrometheus: HTTPTransport {
  private let answers: @Sendable (HTTPRequest) -> HTTPAnswer
  private let asked = Mutex<[HTTPRequest]>([])

  init(_ answers: @escaping @Sendable (HTTPRequest) -> HTTPAnswer) { self.answers = answers }

  /// Answers each query with series.
  convenience init(series: @escaping @Sendable (_ query: String) -> [PrometheusSeries]) {
    self.init { request in FakePrometheus.success(series(FakePrometheus.field("query", of: request))) }
  }

  var requests: [HTTPRequest] { asked.withLock { $0 } }
  var queries: [String] { requests.map { FakePrometheus.field("query", of: $0) } }

  func post(_ request: HTTPRequest) throws(PrometheusError) -> HTTPAnswer {
    asked.withLock { $0.append(request) }
    return answers(request)
  }

  /// A client of this server.
  func client(token: String? = nil) throws -> PrometheusClient {
    PrometheusClient(try PrometheusAddress("http://prom:9090"), token: token, transport: self)
  }

  /// Returns the value of a field of a form.
  static func field(_ name: String, of request: HTTPRequest) -> String {
    for part in request.form.split(separator: "&") where part.hasPrefix("\(name)=") {
      var (bytes, rest) = ([UInt8](), part.utf8.dropFirst(name.utf8.count + 1))
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%") {
          bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    return ""
  }

  /// Returns the answer with series, in the form of Prometheus 2.42.
  static func success(_ series: [PrometheusSeries], warnings: [String] = []) -> HTTPAnswer {
    let isMatrix = series.contains { $0.points.count > 1 }
    let rows = series.map { one in
      let labels = one.labels.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      let points = one.points.map { "[\($0.seconds),\"\($0.value)\"]" }
      let values = isMatrix ? "\"values\":[\(points.joined(separator: ","))]" : "\"value\":\(points[0])"
      return "{\"metric\":{\(labels.joined(separator: ","))},\(values)}"
    }
    let warned = warnings.isEmpty ? "" : ",\"warnings\":[\(warnings.map(quoted).joined(separator: ","))]"
    return json(
      "{\"status\":\"success\",\"data\":{\"resultType\":\"\(isMatrix ? "matrix" : "vector")\",\"result\":["
        + rows.joined(separator: ",") + "]}\(warned)}")
  }

  /// Returns an answer with a text.
  static func json(_ text: String, status: Int = 200) -> HTTPAnswer {
    HTTPAnswer(status: status, body: Array(text.utf8))
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension PrometheusSeries {
  /// One value.
  init(_ labels: [String: String], _ value: Double, at seconds: Double = 1000) {
    self.init(labels: labels, points: [Point(seconds: seconds, value: value)])
  }
}

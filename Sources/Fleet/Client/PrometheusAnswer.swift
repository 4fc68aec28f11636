import FoundationEssentials

/// Answer of the HTTP API of Prometheus to a query, in JSON.
struct PrometheusAnswer: Decodable {
  private(set) var status = ""
  private(set) var errorType: String?
  private(set) var error: String?
  /// Texts of the server about data that it could not read.
  private(set) var warnings: [String] = []
  /// Series of the answer, without those that have no finite value.
  private(set) var series: [PrometheusSeries] = []

  private enum Key: String, CodingKey { case status, errorType, error, warnings, data }
  private enum DataKey: String, CodingKey { case resultType, result }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    status = try object.decode(String.self, forKey: .status)
    errorType = try object.decodeIfPresent(String.self, forKey: .errorType)
    error = try object.decodeIfPresent(String.self, forKey: .error)
    warnings = try object.decodeIfPresent([String].self, forKey: .warnings) ?? []
    guard status == "success" else { return }
    let data = try object.nestedContainer(keyedBy: DataKey.self, forKey: .data)
    let type = try data.decode(String.self, forKey: .resultType)
    guard ["vector", "matrix"].contains(type) else {
      throw DecodingError.dataCorruptedError(
        forKey: .resultType, in: data, debugDescription: "a result of type \(type) in place of series")
    }
    series = try data.decode([Row].self, forKey: .result).map(\.series).filter { !$0.points.isEmpty }
  }

  private struct Row: Decodable {
    let metric: [String: String]
    let value: Value?
    let values: [Value]?

    var series: PrometheusSeries {
      let points = (values ?? value.map { [$0] } ?? []).compactMap(\.point)
      return PrometheusSeries(labels: metric, points: points)
    }
  }

  /// Pair of a time and a value as text, which may be `NaN` or `+Inf`.
  private struct Value: Decodable {
    let point: PrometheusSeries.Point?

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let (seconds, text) = (try list.decode(Double.self), try list.decode(String.self))
      guard let value = Double(text) else {
        throw DecodingError.dataCorruptedError(in: list, debugDescription: "'\(text)' in place of a number")
      }
      point = value.isFinite ? PrometheusSeries.Point(seconds: seconds, value: value) : nil
    }
  }
}

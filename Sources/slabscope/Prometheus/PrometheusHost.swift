import Fleet
import Telemetry

/// One host of a Prometheus server, perhaps at a time: `http://localhost:9090@web1`, `http://localhost:9090@web1:9779@14:05`.
struct PrometheusHost {
  let url: String
  /// Name of the host: the label `instance`, with its port or without.
  let name: String
  /// The time that was named; nil for now.
  let time: HistoryTime?

  /// Reads the text of an option.
  /// - Throws: a usage failure.
  init(_ text: String) throws(Failure) {
    var rest = text[...]
    var time: HistoryTime?
    if let mark = rest.lastIndex(of: "@"), let found = HistoryTime(rest[rest.index(after: mark)...]) {
      (time, rest) = (found, rest[..<mark])
    }
    guard let mark = rest.lastIndex(of: "@"), rest[..<mark].contains("://"), rest.index(after: mark) < rest.endIndex
    else {
      throw .usage(
        "--prometheus: expected URL@HOST or URL@HOST@TIME, such as http://localhost:9090@web1@14:05, found '\(text)'; TIME is "
          + HistoryTime.examples)
    }
    (url, name, self.time) = (String(rest[..<mark]), String(rest[rest.index(after: mark)...]), time)
  }

  /// Finds the host, and the time in seconds since 1970.
  /// - Throws: a `Failure`.
  func open(_ options: PrometheusOptions) throws -> (host: HostSnapshots, server: PrometheusAddress, seconds: Double) {
    let (client, selector) = (try options.client(of: url), try options.selector())
    return try PrometheusOptions.reporting {
      let now = try client.now()
      let seconds = time?.seconds(before: now) ?? now
      return (try HostSnapshots(client, selector, host: name, at: seconds), client.server, seconds)
    }
  }
}

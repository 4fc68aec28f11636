import ArgumentParser
import Fleet
import FoundationEssentials
import TextOutput

/// Options of the commands that ask a Prometheus server about many hosts.
struct PrometheusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask this Prometheus server about the hosts that it scrapes, e.g. http://localhost:9090.", valueName: "url"))
  var prometheus: String?

  @Option(
    help: ArgumentHelp(
      "Hosts of --prometheus, as PromQL matchers of labels: 'job=\"web\",instance=~\"web.*\"' (default: all).",
      valueName: "selector"))
  var match: String?

  @Option(help: "Time span of --prometheus up to now, e.g. 1h, 7d (default: 24h).")
  var range: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "File with a bearer token for --prometheus (default: the environment variable SLABSCOPE_PROMETHEUS_TOKEN).",
      valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(help: "Time to wait for each answer of --prometheus, e.g. 2m (default: 30s).")
  var timeout: TimeSpan?

  @Flag(help: "Accept answers of --prometheus from a part of the data.")
  var allowPartial = false

  func validate() throws {
    guard prometheus == nil else { return }
    let given = [
      match == nil ? nil : "--match", range == nil ? nil : "--range", tokenFile == nil ? nil : "--token-file",
      timeout == nil ? nil : "--timeout", allowPartial ? "--allow-partial" : nil,
    ]
    if let name = given.compactMap({ $0 }).first { throw ValidationError("\(name) requires --prometheus") }
  }

  /// Seconds to examine.
  var seconds: Double { range?.seconds ?? 86_400 }

  /// Returns a client of a server.
  /// - Throws: a `Failure`.
  func client(of url: String) throws -> PrometheusClient {
    try PrometheusOptions.reporting {
      var client = PrometheusClient(try PrometheusAddress(url), token: try token(), transport: NIOTransport())
      if let timeout { client.timeout = timeout.seconds }
      client.allowsPartialData = allowPartial
      client.warn = { Standard.error("slabscope: \(url): \($0)\n") }
      return client
    }
  }

  /// The matchers of hosts.
  /// - Throws: a `Failure`.
  func selector() throws -> SeriesSelector { try PrometheusOptions.reporting { try SeriesSelector(match ?? "") } }

  /// Returns the result of questions to a server, whose errors become failures of the command.
  /// - Throws: a `Failure`.
  static func reporting<Result>(_ ask: () throws -> Result) throws -> Result {
    do {
      return try ask()
    } catch let error as PrometheusError {
      throw error.isUsage ? Failure.usage("\(error)") : Failure.failed("\(error)")
    }
  }

  private func token() throws -> String? {
    if let tokenFile {
      let text = String(decoding: try InputFile(tokenFile).readAll(), as: UTF8.self).trimmed
      guard !text.isEmpty, !text.contains(where: \.isWhitespace) else {
        throw Failure.usage("--token-file: expected a token in one line, found something else: \(tokenFile)")
      }
      return String(text)
    }
    let text = ProcessInfo.processInfo.environment["SLABSCOPE_PROMETHEUS_TOKEN"] ?? ""
    return text.isEmpty ? nil : text
  }
}

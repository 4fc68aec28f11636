import FoundationEssentials
import Profiles
package import Synchronization
import Telemetry
import TextOutput

/// Exporter of a source's figures: makes the responses to requests. Only one thread at a time uses it.
///
/// The figures are read when a request needs them and the last ones are older than `reuseSeconds`; the profile is read at an
/// interval, by ``maintain()``. Texts are made once for all requests that are answered with the same figures, so that many
/// requests cost little more than one.
package final class Exporter: @unchecked Sendable {
  // Sendable: a server hands it to one thread that uses it alone.

  /// Age up to which figures and texts are used again, in seconds: shorter than any interval of scrapes.
  private static let reuseSeconds = 0.2
  /// Largest request that general caches serve, in bytes; larger ones take whole pages.
  private static let largestSize = 1 << 17

  /// Counts of the server, which another thread changes.
  package let server = Mutex(ServerCounters())
  private let isMaintaining = Mutex(false)
  private let source: any FigureSource
  private let options: ExporterOptions
  private var figures: ExportedFigures
  private var readAt = ContinuousClock.now
  private var status = ExporterStatus()
  private var profile: AllocationProfile?
  private var profileReadAt = ContinuousClock.now
  private var sites: SiteSelection
  private var profileFamilies: [MetricFamily] = []
  /// Responses that were made of the present figures.
  private var responses: [String: ExporterResponse] = [:]
  /// Responses that were made of the present profile.
  private var profileResponses: [String: ExporterResponse] = [:]

  /// Creates an exporter, and reads the figures and the profile.
  /// - Throws: ``ExporterError`` if the metrics that are always served have more time series than the options allow.
  package init(_ source: any FigureSource, _ options: ExporterOptions) throws(ExporterError) {
    (self.source, self.options, figures) = (source, options, ExportedFigures(Snapshot()))
    sites = SiteSelection(limit: options.sites)
    (status.maximumSeries, status.version) = (options.maximumSeries, options.version)
    readFigures()
    readProfile()
    let own = status.families(besides: 0)
    let essential = figures.snapshot.metricFamilies.filter { ExportedFamilies.essential.contains($0.name) }
    let count = (own + essential).reduce(0) { $0 + $1.samples.count }
    guard count <= options.maximumSeries else {
      throw ExporterError(
        description: """
          \(source.title): the figures that are always exported are \(count) time series, more than --max-series \
          \(options.maximumSeries); export fewer caches (--caches, --exclude-caches), or raise --max-series
          """)
    }
  }

  /// The reasons why parts of the figures are missing, each in one line.
  package var problems: [String] {
    ExportedFigures.Part.allCases.compactMap { part in figures.problems[part].map { "\(part.rawValue): \($0)" } }
  }

  /// Returns whether ``maintain()`` is to be called: not if the last call has not ended. Any thread may call this.
  package func beginMaintenance() -> Bool {
    isMaintaining.withLock { isMaintaining in
      defer { isMaintaining = true }
      return !isMaintaining
    }
  }

  /// Does what must be done once a second, whether or not there are requests.
  package func maintain() {
    defer { isMaintaining.withLock { $0 = false } }
    source.maintain()
    // The first profile is exported as soon as there is one: a replay counts its events in the background.
    guard profile == nil || profileReadAt.duration(to: .now) >= .seconds(options.interval) else { return }
    readProfile()
  }

  /// Answers a request with the method GET.
  package func response(to request: ExporterRequest) -> ExporterResponse {
    switch request.path {
    case "/": LandingPage.response(title: source.title, version: options.version)
    case "/metrics": metrics(request)
    case "/snapshot": snapshot(request)
    case "/profile": profileResponse(to: request)
    default: .text("not found; this exporter has /metrics, /snapshot, /profile and /-/healthy", status: 404)
    }
  }

  // MARK: Reading

  /// Reads the figures, unless they were read just now.
  private func refresh() {
    if readAt.duration(to: .now) >= .seconds(Exporter.reuseSeconds) { readFigures() }
  }

  private func readFigures() {
    readAt = .now
    figures = source.figures()
    if let includes = options.includesCache { figures.snapshot.caches.removeAll { !includes($0.name) } }
    (status.watch, status.problems, responses) = (figures.watch, figures.problems, [:])
    status.readings += 1
    status.readingSeconds = readAt.duration(to: .now) / .seconds(1)
  }

  /// Reads the profile, and makes its metrics.
  private func readProfile() {
    profileReadAt = .now
    guard let read = source.profile() else { return }
    (profile, profileResponses) = (read, [:])
    status.profileTime = Date().timeIntervalSince1970
    profileFamilies = [AllocationProfile.liveSizes(read.liveObjectsBySize(upTo: Exporter.largestSize))]
    guard options.sites > 0 else { return }
    let series = sites.series(of: read) { options.includesCache?($0) ?? true }
    profileFamilies += AllocationProfile.metricFamilies(of: series, names: ExportedFamilies.ofSites)
  }

  // MARK: Metrics

  private func metrics(_ request: ExporterRequest) -> ExporterResponse {
    refresh()
    let format = AcceptHeader.format(request.accept)
    let isOpenMetrics = format == .openMetrics
    let type =
      isOpenMetrics
      ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
    return response(request, key: "metrics \(isOpenMetrics)", &responses) {
      ExporterResponse(contentType: type, body: Array(metricsText(format).utf8))
    }
  }

  /// Returns the metrics of the present figures.
  func metricsText(_ format: MetricsText.Format) -> String {
    let common = figures.snapshot.simulationLabels
    let ofProfile = profileFamilies.map { family in
      guard !common.isEmpty else { return family }
      var family = family
      for index in family.samples.indices { family.samples[index].labels += common }
      return family
    }
    status.server = server.withLock { $0 }
    status.dropped = []
    let families = ExportedFamilies.served(figures.snapshot.metricFamilies + ofProfile)
    let own = status.families(besides: 0).reduce(0) { $0 + $1.samples.count }
    // Each metric that is left out has a time series that names it.
    var (kept, dropped) = ExportedFamilies.limited(families, to: max(0, options.maximumSeries - own))
    while !dropped.isEmpty, kept.reduce(own + dropped.count, { $0 + $1.samples.count }) > options.maximumSeries,
      let last = kept.popLast()
    {
      dropped.insert(last.name, at: 0)
    }
    status.dropped = dropped
    var text = MetricsText(format)
    for family in kept + status.families(besides: kept.reduce(0) { $0 + $1.samples.count }) { text.add(family) }
    return text.text
  }

  // MARK: Snapshots and profiles

  private func snapshot(_ request: ExporterRequest) -> ExporterResponse {
    refresh()
    return response(request, key: "snapshot", &responses) {
      guard let json = try? figures.snapshot.json() else {
        return .text("the snapshot cannot be encoded as JSON", status: 500)
      }
      return ExporterResponse(contentType: "application/json", body: Array(json.utf8))
    }
  }

  private func profileResponse(to request: ExporterRequest) -> ExporterResponse {
    guard let profile else {
      return .text("no profile: \(figures.problems[.traffic] ?? "the source has none")", status: 404)
    }
    let format = request.query["format"] ?? "slabprofile"
    switch format {
    case "slabprofile":
      return response(request, key: format, compresses: false, &profileResponses) {
        do {
          let contents = try profile.fileContents(name: "profile")
          var response = ExporterResponse(contentType: "application/gzip", body: contents)
          response.fileName = "slabscope.slabprofile"
          return response
        } catch {
          return .text("\(error)", status: 500)
        }
      }
    case "pprof":
      return response(request, key: format, compresses: false, &profileResponses) {
        var response = ExporterResponse(
          contentType: "application/octet-stream", body: profile.pprof(profile.rows(by: .context)))
        response.fileName = "slabscope.pb.gz"
        return response
      }
    case "json":
      return response(request, key: format, &profileResponses) {
        let rows = profile.sorted(profile.rows(by: .context), by: .liveBytes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(ProfileReport(profile, rows, by: .context)) else {
          return .text("the profile cannot be encoded as JSON", status: 500)
        }
        let json = EscapedText.json(String(decoding: data, as: UTF8.self)) + "\n"
        return ExporterResponse(contentType: "application/json", body: Array(json.utf8))
      }
    default:
      return .text("format=\(EscapedText.line(format, width: 40)): expected slabprofile, json or pprof", status: 400)
    }
  }

  /// Returns a response that was made before, or makes it.
  /// - Parameters:
  ///   - key: Name of the response in `made`.
  ///   - compresses: Whether the body is compressed for clients that accept it.
  ///   - made: Responses that were made.
  ///   - make: Function that makes the response.
  private func response(
    _ request: ExporterRequest, key: String, compresses: Bool = true, _ made: inout [String: ExporterResponse],
    _ make: () -> ExporterResponse
  ) -> ExporterResponse {
    let isGzip = compresses && AcceptHeader.acceptsGzip(request.acceptEncoding)
    let fullKey = isGzip ? key + " gzip" : key
    if let response = made[fullKey] { return response }
    var response = made[key] ?? make()
    if isGzip, response.status == 200 {
      response.body = Gzip.compressed(response.body, isFast: true)
      response.isGzip = true
    }
    made[fullKey] = response
    return response
  }
}

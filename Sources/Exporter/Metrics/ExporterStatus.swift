import Glibc
import TextOutput

/// Figures of an exporter about itself: its cost, and what it could not export.
struct ExporterStatus {
  /// Seconds that the last reading of the figures took.
  var readingSeconds = 0.0
  /// Number of readings of the figures.
  var readings = 0
  /// Seconds since 1970 at which the profile was read; nil if there is none.
  var profileTime: Double?
  /// Largest number of time series.
  var maximumSeries = 0
  /// Names of the metrics that were left out.
  var dropped: [String] = []
  var watch: ExportedFigures.Watch?
  var problems: [ExportedFigures.Part: String] = [:]
  var server = ServerCounters()
  var version = ""

  /// Returns the metrics.
  /// - Parameter series: Number of time series of other metrics in the same text.
  func families(besides series: Int) -> [MetricFamily] {
    var families = own
    let name = "slabscope_exporter_series"
    let count = series + families.reduce(1) { $0 + $1.samples.count }
    families.append(gauge(name, "Time series of this scrape.", .integer(count)))
    return families
  }

  private var own: [MetricFamily] {
    var families = [
      MetricFamily(
        "slabscope_build_info", .gauge, help: "Version of slabscope; the value is 1.",
        [.init(labels: [("version", version)], value: 1)]),
      MetricFamily(
        "slabscope_exporter_source_ok", .gauge,
        help: "Whether the slabs and the traffic of the source can be read: 1 if so, 0 if a permission is missing.",
        ExportedFigures.Part.allCases.map { .init(labels: [("part", $0.rawValue)], value: problems[$0] == nil ? 1 : 0) }
      ),
      gauge("slabscope_exporter_max_series", "Largest number of time series of a scrape.", .integer(maximumSeries)),
      gauge(
        "slabscope_exporter_dropped_metrics",
        "Metrics that were left out of this scrape, because it would have had too many time series.",
        .integer(dropped.count)),
      gauge(
        "slabscope_exporter_scrape_seconds", "Seconds that reading the figures before this scrape took.",
        .real(readingSeconds)),
      counter("slabscope_exporter_readings", "Readings of the figures of the source.", .integer(readings)),
      counter("slabscope_exporter_cpu_seconds", "CPU seconds of the exporter.", .real(ExporterStatus.cpuSeconds)),
      gauge(
        "slabscope_exporter_resident_bytes", "Resident memory of the exporter.", .integer(ExporterStatus.residentBytes)),
      gauge("slabscope_exporter_connections", "Open connections.", .integer(server.connections)),
      MetricFamily(
        "slabscope_exporter_closed_connections", .counter,
        help: "Connections that the exporter closed: too slow, too many, or a malformed request.",
        server.closed.sorted { $0.key.rawValue < $1.key.rawValue }.map {
          .init(labels: [("reason", $0.key.rawValue)], value: $0.value)
        }),
    ]
    if !dropped.isEmpty {
      families.append(
        MetricFamily(
          "slabscope_exporter_dropped_metric", .gauge, help: "Name of a metric that was left out; the value is 1.",
          dropped.map { .init(labels: [("metric", $0)], value: 1) }))
    }
    if let profileTime {
      families.append(
        gauge(
          "slabscope_exporter_profile_timestamp_seconds", "Time of the profile of the call sites.", .real(profileTime)))
    }
    if let watch { families += ExporterStatus.families(of: watch) }
    return families
  }

  private static func families(of watch: ExportedFigures.Watch) -> [MetricFamily] {
    var families = [
      counter("slabscope_exporter_events", "Allocations and frees of the kernel.", .integer(watch.events)),
      counter("slabscope_exporter_lost_events", "Events of the kernel that were lost.", .integer(watch.lostEvents)),
      counter(
        "slabscope_exporter_objects_not_followed",
        "Objects that were not followed to their free, because too many were live.", .integer(watch.objectsNotFollowed)),
      gauge(
        "slabscope_exporter_sampling",
        "One object in this number is followed to its free; allocations are all counted.",
        .integer(watch.sampling)),
    ]
    if let percent = watch.overheadPercent {
      families.append(
        gauge(
          "slabscope_exporter_overhead_ratio", "Share (0 to 1) of the time of all CPUs that counting events takes.",
          .real(percent / 100)))
    }
    return families
  }

  /// CPU seconds of this process.
  static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Bytes of resident memory of this process; 0 if not known.
  private static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    let size = 128
    var line = [UInt8](repeating: 0, count: size)
    let count = fread(&line, 1, size, file)
    let fields = line.prefix(count).split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

private func gauge(_ name: String, _ help: String, _ number: MetricsText.Number) -> MetricFamily {
  MetricFamily(name, .gauge, help: help, [.init(number: number)])
}

private func counter(_ name: String, _ help: String, _ number: MetricsText.Number) -> MetricFamily {
  MetricFamily(name, .counter, help: help, [.init(number: number)])
}

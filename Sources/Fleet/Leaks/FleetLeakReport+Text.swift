import Profiles
import TextOutput

extension FleetLeakReport {
  /// Width of the paragraphs in columns.
  private static let width = 80

  /// The report as text: a table of the suspects, their hosts, and a conclusion.
  /// - Parameter hostLimit: Largest number of hosts to list for each suspect.
  package func text(hostLimit: Int) -> String {
    var parts: [String] = []
    if !suspects.isEmpty { parts = [table] + suspects.map { hostTable($0, hostLimit) } }
    parts += remarks.map { TextWrap.wrapped($0, width: FleetLeakReport.width) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var table: String {
    var table = TextTable(["CACHE", "CALL SITE", "HOSTS", "OF", "GROWTH/H", "ON"], lastColumn: .figures)
    for suspect in suspects {
      table.add([
        suspect.cache, suspect.site ?? "all", "\(suspect.hosts.count)", "\(suspect.presentOn)",
        ByteCount.change(Int(min(suspect.growthBytesPerHour, 1e18))), suspect.isWidespread ? "many" : "few",
      ])
    }
    return table.text
  }

  private func hostTable(_ suspect: FleetSuspect, _ limit: Int) -> String {
    var table = TextTable(columns: [
      ("HOST", .left(hostWidth)), ("GROWTH/H", .right(12)), ("LIVE OBJECTS", .right(14)), ("MONOTONY", .right(10)),
      ("VERDICT", .remark()),
    ])
    for host in suspect.hosts.prefix(limit) {
      table.add([
        "\(host.host)", ByteCount.change(Int(min(host.growthBytesPerHour, 1e18))), "\(host.liveObjects)",
        String(printf: "%.2f", host.tau), host.verdict.rawValue,
      ])
    }
    let more = suspect.hosts.count - limit
    let name = suspect.cache + (suspect.site.map { " (\($0))" } ?? "")
    return ([name] + table.lines + (more > 0 ? ["and \(more) more \(more == 1 ? "host" : "hosts")"] : [])).joined(
      separator: "\n")
  }

  private var hostWidth: Int { max(6, suspects.flatMap(\.hosts).map { $0.host.instance.count }.max() ?? 0) + 2 }

  /// Sentences after the tables; the conclusion is the last.
  private var remarks: [String] {
    var remarks: [String] = []
    if let few = suspects.first(where: { !$0.isWidespread }), let host = few.hosts.first?.host {
      remarks.append(
        "Growth on few hosts comes from what these hosts have and others have not. Next, on one of them (\(host)): sudo slabscope "
          + "leaks kernel --for 10m --stacks")
    }
    if suspects.contains(where: \.isWidespread) {
      remarks.append(
        "Growth on at least half of the hosts that have the cache comes from what they have in common: the kernel, a driver, a service."
      )
    }
    if !followsLoad.isEmpty {
      remarks.append(
        "Not listed, because the live objects follow the host's load: \(FleetLeakReport.list(followsLoad)).")
    }
    if !fillingUp.isEmpty {
      remarks.append(
        "Not listed, because the kernel fills these caches on purpose or their growth becomes slower: "
          + "\(FleetLeakReport.list(fillingUp)).")
    }
    if hostsWithoutLoad > 0 {
      remarks.append(
        "The load of \(hostsWithoutLoad) of these hosts is not known (\(FleetMetric.allocations) has no series): growth that follows it "
          + "may be listed.")
    }
    if shortHosts > 0 {
      remarks.append(
        "\(shortHosts) of \(hosts) hosts have no series from the start of the range and were not judged; a shorter --range includes them."
      )
    }
    return remarks + [conclusion]
  }

  /// The conclusion in one sentence.
  package var conclusion: String {
    let examined = "\(hosts) \(hosts == 1 ? "host was" : "hosts were") examined over \(TimeSpanText.text(seconds))"
    guard !suspects.isEmpty else { return "No leak found: \(examined)." }
    let count = suspectHosts.count
    return
      "\(suspects.count == 1 ? "1 suspect" : "\(suspects.count) suspects") on \(count) \(count == 1 ? "host" : "hosts") may leak: \(examined)."
  }

  /// Returns names with numbers of hosts, the most hosts first.
  private static func list(_ names: [String: Int]) -> String {
    let sorted = names.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let shown = sorted.prefix(6).map { "\($0.key) on \($0.value)" }.joined(separator: ", ")
    return shown + (sorted.count > 6 ? " and \(sorted.count - 6) more" : "")
  }
}

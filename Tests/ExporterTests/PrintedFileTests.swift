import FoundationEssentials
import Testing
import TextOutput

@testable import Exporter

@Suite("Files that the exporter prints, and its table of metrics")
struct PrintedFileTests {
  private func text(_ file: PrintedFile, _ address: ListenAddress = ListenAddress()) -> String {
    file.text(program: "/opt/bin/slabscope", address: address)
  }

  @Test("The unit runs this program at the address, and restricts clients only on the loopback interface")
  func unit() {
    let unit = text(.systemdUnit)
    #expect(unit.contains("\nExecStart=/opt/bin/slabscope serve --listen 127.0.0.1:9779\n"))
    #expect(unit.contains("\nIPAddressDeny=any\nIPAddressAllow=localhost\n") && unit.contains("\nDynamicUser=yes\n"))
    let open = text(.systemdUnit, ListenAddress(host: "10.0.0.1", port: 80))
    #expect(open.contains("serve --listen 10.0.0.1:80\n") && !open.contains("\nIPAddressDeny"))
  }

  @Test("The scrape configuration names the address and the largest number of time series")
  func scrapeConfig() {
    #expect(text(.scrapeConfig).contains("targets: [\"127.0.0.1:9779\"]"))
    #expect(text(.scrapeConfig).contains("sample_limit: \(ExporterOptions.defaultMaximumSeries)\n"))
  }

  @Test("The dashboard is JSON, and no two panels share an identifier")
  func dashboard() throws {
    struct Dashboard: Decodable {
      struct Panel: Decodable {
        struct Target: Decodable { let expr: String }
        let id: Int
        let targets: [Target]
      }
      let schemaVersion: Int
      let panels: [Panel]
    }
    let board = try JSONDecoder().decode(Dashboard.self, from: Data(text(.grafanaDashboard).utf8))
    #expect(Set(board.panels.map(\.id)).count == board.panels.count)
    #expect(board.panels.allSatisfy { panel in panel.targets.allSatisfy { $0.expr.contains("slabscope_") } })
  }

  /// Names of the metrics in a text.
  private func names(_ text: String) -> Set<String> {
    Set(text.matches(of: #/slabscope_[a-z_]+/#).map { String($0.output) })
  }

  /// The guide with the table of metrics.
  private static let guide: String = {
    let path = #filePath.replacing(
      "Tests/ExporterTests/PrintedFileTests.swift", with: "Sources/Exporter/Exporter.docc/Metrics.md")
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }()

  @Test("The table has every metric that is served, in the order of importance")
  func table() {
    let served = ExportedFamilies.essential + ExportedFamilies.optional
    var status = ExporterStatus()
    var watch = ExportedFigures.Watch()
    watch.overheadPercent = 1
    (status.watch, status.profileTime, status.dropped) = (watch, 1, ["x"])
    let own = status.families(besides: 0)
    let rows = PrintedFileTests.guide.split(separator: "\n").compactMap { line -> String? in
      line.hasPrefix("| `slabscope_") ? String(line.dropFirst(3).prefix { $0 != "`" }) : nil
    }
    let families = rows.map { $0.hasSuffix("_total") ? String($0.dropLast(6)) : $0 }
    #expect(Array(families.prefix(served.count)) == served)
    #expect(Set(families.dropFirst(served.count)) == Set(own.map(\.name)))
    for family in own {
      #expect(rows.contains(family.name + (family.kind == .counter ? "_total" : "")))
    }
  }

  @Test(
    "Rules and dashboard use only metrics that are served",
    arguments: [PrintedFile.recordingRules, .alertRules, .grafanaDashboard])
  func usedMetrics(file: PrintedFile) {
    let known = names(PrintedFileTests.guide)
    // The results of recording rules have a colon before or after the metric.
    let used = names(text(file).replacing(#/[a-z_]+:slabscope_[a-z_]+:[a-z]+/#, with: ""))
    #expect(used.subtracting(known).subtracting(["slabscope_"]) == [])
  }
}

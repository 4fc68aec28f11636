import Foundation
import Telemetry
import TextOutput

/// The comparison by cache: a row a cache, the one first whose mean slab memory differs most from the first policy's.
extension PolicyComparison {
  /// A cache under each policy of a setting; nil where a policy has no such cache, which counts as 0 bytes.
  struct CacheRow {
    let name: String
    let isGeneral: Bool
    let cells: [ComparedCache?]

    /// Bytes by which a policy's figure is more than the first policy's.
    func difference(_ column: Int, _ figure: KeyPath<ComparedCache, Int>) -> Int {
      (cells[column]?[keyPath: figure] ?? 0) - (cells[0]?[keyPath: figure] ?? 0)
    }

    /// The largest difference of the means, in either direction.
    var largestDifference: Int { cells.indices.map { abs(difference($0, \.meanSlabBytes)) }.max() ?? 0 }
  }

  /// The runs of each memory and pressure, in the order given.
  var settings: [[ComparedRun]] {
    var (settings, rest) = ([[ComparedRun]](), policies[...])
    while let first = rest.first {
      let runs = rest.prefix {
        $0.setting.memoryBytes == first.setting.memoryBytes && $0.setting.pressure == first.setting.pressure
      }
      settings.append(Array(runs))
      rest = rest.dropFirst(runs.count)
    }
    return settings
  }

  static func cacheRows(_ runs: [ComparedRun]) -> [CacheRow] {
    let byName = runs.map { run in Dictionary(run.caches.map { ($0.name, $0) }) { first, _ in first } }
    return Set(byName.flatMap(\.keys)).map { name in
      let cells = byName.map { $0[name] }
      return CacheRow(name: name, isGeneral: cells.contains { $0?.isGeneral ?? false }, cells: cells)
    }.sorted { ($1.largestDifference, $0.name) < ($0.largestDifference, $1.name) }
  }

  /// A table for each memory and pressure: means and peaks under each policy, and differences of the means to the first.
  public var cachesText: String {
    settings.map { runs in
      var headings = ["cache"]
      for (column, run) in runs.enumerated() {
        headings +=
          ["\(run.setting.policy): mean", "peak"] + (column > 0 ? ["mean difference", "peak difference"] : [])
      }
      var table = TextTable(headings)
      let rows = PolicyComparison.cacheRows(runs)
      for row in rows { table.add([row.name] + PolicyComparison.cells(row)) }
      for (label, included) in [("kmalloc, all classes", rows.filter(\.isGeneral)), ("all", rows)] {
        table.add([label] + PolicyComparison.sums(included, columns: runs.count))
      }
      let setting = runs[0].setting
      var title = "\(input): \(runs[0].events) events, \(ComparedFigure.bytes(Double(setting.memoryBytes))) of memory"
      if setting.pressure > 0 { title += ", \(setting.pressure) % of it taken away page by page" }
      let notes = [
        "Bytes of slabs; differences are to \(setting.policy). Each cache's peak is at a moment of its own, and \"-\" is a cache",
        "that a policy does not have: policies may have other kmalloc classes, and the engine's serve all kinds of kmalloc alike.",
      ]
      let shared = [
        "~ shares slabs with other caches: its bytes are its share of them by the bytes of live objects."
      ]
      let isShared = rows.contains { $0.cells.contains { $0?.sharesSlabs ?? false } }
      return ([title, ""] + table.lines + [""] + notes + (isShared ? shared : [])).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func cells(_ row: CacheRow) -> [String] {
    row.cells.indices.flatMap { column -> [String] in
      let cell = row.cells[column]
      let mark = cell?.sharesSlabs ?? false ? "~" : ""
      let figures = cell.map { [bytes($0.meanSlabBytes) + mark, bytes($0.peakSlabBytes) + mark] } ?? ["-", "-"]
      guard column > 0 else { return figures }
      return figures + [\.meanSlabBytes, \.peakSlabBytes].map { signed(row.difference(column, $0)) }
    }
  }

  /// The sums of the means. Peaks of several caches have no sum that a machine ever held.
  private static func sums(_ rows: [CacheRow], columns: Int) -> [String] {
    (0..<columns).flatMap { column -> [String] in
      let sum = rows.reduce(0) { $0 + ($1.cells[column]?.meanSlabBytes ?? 0) }
      guard column > 0 else { return [bytes(sum), ""] }
      return [bytes(sum), "", signed(rows.reduce(0) { $0 + $1.difference(column, \.meanSlabBytes) }), ""]
    }
  }

  private static func bytes(_ count: Int) -> String {
    let text = ComparedFigure.bytes(Double(count))
    return text.last?.isNumber ?? false ? text + " B" : text
  }

  private static func signed(_ count: Int) -> String {
    count == 0 ? "0" : (count > 0 ? "+" : "-") + bytes(abs(count))
  }

  /// Comma-separated values: a row for each cache under each policy, bytes whole; no figures where a policy has no such cache.
  public var cachesCSV: String {
    var lines = [
      "cache,policy,memory_bytes,pressure_percent,mean_slab_bytes,peak_slab_bytes,mean_difference_bytes,"
        + "peak_difference_bytes,shares_slabs"
    ]
    for runs in settings {
      for row in PolicyComparison.cacheRows(runs) {
        for (column, run) in runs.enumerated() {
          let cell = row.cells[column]
          let names = [row.name, run.setting.policy].map { "\"\($0.replacing("\"", with: "\"\""))\"" }
          let setting = [run.setting.memoryBytes, run.setting.pressure].map(String.init)
          let figures = [cell?.meanSlabBytes, cell?.peakSlabBytes].map { $0.map(String.init) ?? "" }
          let differences = [row.difference(column, \.meanSlabBytes), row.difference(column, \.peakSlabBytes)]
          let fields = names + setting + figures + differences.map(String.init)
          lines.append((fields + [cell.map { $0.sharesSlabs ? "1" : "0" } ?? ""]).joined(separator: ","))
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A JSON object: `input`, `events`, and `settings`, each with its `caches`.
  public func cachesJSON() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(CachesDocument(self)), as: UTF8.self) + "\n"
  }
}

/// The JSON document of a comparison by cache.
private struct CachesDocument: Encodable {
  struct Setting: Encodable {
    var memoryBytes: Int
    var pressure: Int
    var caches: [Cache]
  }

  struct Cache: Encodable {
    var cache: String
    var isGeneral: Bool
    var policies: [Figures]
  }

  /// Without bytes if the policy has no such cache.
  struct Figures: Encodable {
    var policy: String
    var meanSlabBytes: Int?
    var peakSlabBytes: Int?
    var meanDifferenceBytes: Int
    var peakDifferenceBytes: Int
    var sharesSlabs: Bool?
  }

  var input: String
  var events: Int
  var settings: [Setting]

  init(_ comparison: PolicyComparison) {
    (input, events) = (comparison.input, comparison.events)
    settings = comparison.settings.map { runs in
      Setting(
        memoryBytes: runs[0].setting.memoryBytes, pressure: runs[0].setting.pressure,
        caches: PolicyComparison.cacheRows(runs).map { row in
          Cache(
            cache: row.name, isGeneral: row.isGeneral,
            policies: runs.indices.map { column in
              let cell = row.cells[column]
              return Figures(
                policy: runs[column].setting.policy, meanSlabBytes: cell?.meanSlabBytes,
                peakSlabBytes: cell?.peakSlabBytes, meanDifferenceBytes: row.difference(column, \.meanSlabBytes),
                peakDifferenceBytes: row.difference(column, \.peakSlabBytes), sharesSlabs: cell?.sharesSlabs)
            })
        })
    }
  }
}

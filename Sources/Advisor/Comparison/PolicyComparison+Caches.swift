import FoundationEssentials
import Telemetry
import TextOutput

// Comparison by cache: a row for each cache, sorted by the difference of the mean slab memory from that under the first policy.
extension PolicyComparison {
  /// One cache under each policy of a setting. A policy without this cache has nil, which counts as 0 bytes.
  struct CacheRow {
    let name: String
    let isGeneral: Bool
    let cells: [ComparedCache?]

    /// Returns the difference of a policy's figure from that of the first policy, in bytes.
    func difference(_ column: Int, _ figure: KeyPath<ComparedCache, Int>) -> Int {
      (cells[column]?[keyPath: figure] ?? 0) - (cells[0]?[keyPath: figure] ?? 0)
    }

    /// Largest absolute difference of the means, in bytes.
    var largestDifference: Int { cells.indices.map { abs(difference($0, \.meanSlabBytes)) }.max() ?? 0 }
  }

  /// Runs grouped by machine memory and memory pressure, in the order of the runs.
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

  /// Returns the rows of runs that have the same machine memory and memory pressure.
  static func cacheRows(_ runs: [ComparedRun]) -> [CacheRow] {
    let byName = runs.map { run in Dictionary(run.caches.map { ($0.name, $0) }) { first, _ in first } }
    return Set(byName.flatMap(\.keys)).map { name in
      let cells = byName.map { $0[name] }
      return CacheRow(name: name, isGeneral: cells.contains { $0?.isGeneral ?? false }, cells: cells)
    }.sorted { ($1.largestDifference, $0.name) < ($0.largestDifference, $1.name) }
  }

  /// Tables for each machine memory and memory pressure: mean and peak of each cache under each policy, and differences from the
  /// first policy.
  package var cachesText: String {
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
      if setting.pressure > 0 { title += ", \(setting.pressure) % of it allocated by the memory hog" }
      let notes = [
        "Bytes of slabs; differences from \(setting.policy). Caches reach their peaks at different times. \"-\": the policy does",
        "not have this cache, because its kmalloc classes differ; the engine serves all kinds of kmalloc from the same caches.",
      ]
      let shared = [
        "~ shares slabs with other caches: its bytes are its share of these slabs, in proportion to the bytes of live objects."
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

  /// Returns the sums of the means. Peaks are not summed, because caches reach them at different times.
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

  /// Comma-separated values: a row for each cache under each policy, in bytes. Figures are empty if a policy does not have the
  /// cache.
  package var cachesCSV: String {
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

  /// Returns a JSON object with the keys `input`, `events` and `settings`; each setting has an array `caches`.
  package func cachesJSON() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return EscapedText.json(String(decoding: try encoder.encode(cachesDocument), as: UTF8.self)) + "\n"
  }

  /// The document of ``cachesJSON()``. Its encoder must convert keys to snake_case.
  package var cachesDocument: some Encodable { CachesDocument(self) }
}

/// JSON document of a comparison by cache.
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

  /// Figures under one policy. Bytes are absent if the policy does not have the cache.
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

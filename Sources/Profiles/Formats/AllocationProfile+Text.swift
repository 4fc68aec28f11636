internal import Glibc
import TextOutput

extension AllocationProfile {
  /// Returns the rows as a table for people, with the totals of the profile.
  /// - Parameters:
  ///   - rows: All rows, sorted.
  ///   - grouping: Property by which the contexts are grouped into rows.
  ///   - limit: Largest number of rows to print; nil prints all.
  package func text(_ rows: [ProfileRow], by grouping: ProfileGrouping, limit: Int? = nil) -> String {
    let shown = rows.prefix(limit ?? .max)
    var table = TextTable(headings(grouping), lastColumn: .figures)
    for row in shown {
      table.add(cells(of: row, grouping))
      guard grouping == .stack, let stack = row.stack else { continue }
      for frame in stack.dropFirst() { table.add(line: "  " + EscapedText.line(frame)) }
    }
    var lines = [title, ""] + (shown.isEmpty ? ["no \(AllocationProfile.plural(grouping))"] : table.lines)
    if shown.count < rows.count {
      lines.append("\(shown.count) of \(rows.count) \(AllocationProfile.plural(grouping)) printed")
    }
    return (lines + [""] + totals(rows, grouping)).joined(separator: "\n") + "\n"
  }

  private var title: String {
    let names = sources.map { EscapedText.line($0.name, width: 40) }
    let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    return "profile of \(shown.isEmpty ? "nothing" : shown): \(events) events"
      + (hasClock ? " in \(String(printf: "%.3f", seconds)) s" : "")
  }

  private func headings(_ grouping: ProfileGrouping) -> [String] {
    guard grouping != .cpu else { return ["CPU", "OBJECTS", "FREED", "REMOTE FREES", "REMOTE"] }
    let names =
      switch grouping {
      case .site: ["CALL SITE"]
      case .cache: ["CACHE"]
      case .siteAndCache: ["CALL SITE", "CACHE"]
      case .size: ["REQUESTED SIZE", "ALLOCATED SIZE"]
      case .stack: ["CALL STACK"]
      case .context: ["CALL SITE", "CACHE", "SIZE"]
      case .cpu: [String]()
      }
    let figures = ["ALLOC BYTES/EACH", "REQUESTED/EACH", "OBJECTS", "REMOTE FREES", "FRAG", "LIVE BYTES"]
    return names + figures + (sources.count == 1 ? ["GROWTH"] : []) + (hasClock ? ["MEDIAN LIFE"] : [])
  }

  private func cells(of row: ProfileRow, _ grouping: ProfileGrouping) -> [String] {
    let figures = row.figures
    if let cpu = row.cpu {
      return [
        "cpu\(cpu)", "\(figures.allocObjects)", "\(figures.freeObjects)", "\(figures.remoteFrees)",
        figures.freeObjects == 0 ? "-" : String(printf: "%.1f%%", figures.remoteShare * 100),
      ]
    }
    var cells =
      switch grouping {
      case .size: [row.requestedBytes, row.allocatedBytes].map { $0.map(String.init) ?? "-" }
      case .context:
        [row.site ?? "-", row.cache ?? "-", "\(row.requestedBytes ?? 0)/\(row.allocatedBytes ?? 0)"]
      default: [row.site, row.cache].compactMap { $0 }
      }
    func withMean(_ bytes: Int) -> String {
      figures.allocObjects == 0 ? "\(bytes)" : "\(bytes)/\(bytes / figures.allocObjects)"
    }
    cells += [
      withMean(figures.allocBytes), withMean(figures.requestedBytes), "\(figures.allocObjects)",
      "\(figures.remoteFrees)", String(printf: "%.3f%%", figures.fragmentation * 100),
      ByteCount.text(figures.liveBytes),
    ]
    if sources.count == 1 { cells.append(growthBytes(row).map(ByteCount.change) ?? "-") }
    if hasClock { cells.append(figures.lifetimes.medianMicroseconds.map(AllocationProfile.time) ?? "-") }
    return cells
  }

  private func totals(_ rows: [ProfileRow], _ grouping: ProfileGrouping) -> [String] {
    guard grouping != .cpu, let first = rows.first else { return [] }
    let sum = rows.dropFirst().reduce(into: first.figures) { $0.add($1.figures) }
    var lines = [
      "total: \(sum.allocObjects) objects, \(sum.allocBytes) bytes allocated, \(sum.requestedBytes) requested, "
        + String(printf: "internal fragmentation %.3f%%", sum.fragmentation * 100),
      "frees: \(sum.freeObjects) recorded, \(sum.remoteFrees) of them remote, \(sum.unseenFrees) unseen; "
        + "live at the end: \(sum.liveObjects) objects, \(ByteCount.text(sum.liveBytes))",
    ]
    let lost = sources.compactMap(\.lostEvents).reduce(0, +)
    for (count, meaning) in [
      (failedAllocations, "allocations failed"), (unmatchedFrees, "frees of objects that were allocated before"),
      (lost, "events were lost by the tracer"),
    ] where count > 0 {
      lines.append("\(count) \(meaning)")
    }
    return lines
  }

  private static func plural(_ grouping: ProfileGrouping) -> String {
    switch grouping {
    case .site: "call sites"
    case .cache: "caches"
    case .siteAndCache: "call sites and caches"
    case .size: "sizes"
    case .cpu: "CPUs"
    case .stack: "call stacks"
    case .context: "contexts"
    }
  }

  /// Returns a time of microseconds in the unit in which it has at most four digits before the point.
  private static func time(_ microseconds: Int) -> String {
    let value = Double(microseconds)
    if value < 10_000 { return "\(microseconds) us" }
    return value < 1e7 ? String(printf: "%.0f ms", value / 1e3) : String(printf: "%.0f s", value / 1e6)
  }
}

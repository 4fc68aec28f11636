import TextOutput

/// Format in which the rows of a profile are written.
package enum ProfileFormat: String, Sendable, CaseIterable {
  /// Table for people.
  case text
  /// JSON object.
  case json
  /// CSV (RFC 4180) with a line for each row.
  case csv
  /// Profile for pprof (profile.proto), compressed with gzip.
  case pprof
  /// Text for flame graphs: the frames of a call stack, separated by semicolons, and a count.
  case folded
  /// OpenMetrics 1.0.
  case openmetrics
  /// Prometheus text format 0.0.4.
  case prometheus
  /// File that profiles are read from (.slabprofile): JSON compressed with gzip.
  case slabprofile

  /// Format that the name of a file implies; nil if it implies none.
  package init?(fileName: String) {
    if fileName.hasSuffix(".slabprofile") {
      self = .slabprofile
    } else if fileName.hasSuffix(".pb.gz") {
      self = .pprof
    } else {
      return nil
    }
  }

  /// Property by which contexts are grouped if the user names none.
  package var grouping: ProfileGrouping {
    switch self {
    case .text, .csv: .site
    case .json, .pprof, .slabprofile: .context
    case .folded: .stack
    case .openmetrics, .prometheus: .siteAndCache
    }
  }
}

extension AllocationProfile {
  /// Returns rows as a profile for pprof, compressed with gzip.
  /// - Parameter rows: Rows by ``ProfileGrouping/context``.
  package func pprof(_ rows: [ProfileRow]) -> [UInt8] {
    var builder = PprofBuilder(sources)
    for row in rows { builder.add(row) }
    return builder.contents
  }

  /// Returns the rows as folded stacks: the outermost frame first, then a space and the figure. The cache is the innermost frame of rows
  /// that have one. Rows whose figure is not positive are left out. Equal stacks are on one line.
  package func folded(_ rows: [ProfileRow], by key: ProfileSortKey) -> String {
    var (lines, indices): ([(stack: String, value: Int)], [String: Int]) = ([], [:])
    for row in rows {
      guard let value = value(of: key, row), value > 0 else { continue }
      let stack = AllocationProfile.frames(of: row).joined(separator: ";")
      if let index = indices[stack] {
        lines[index].value += value
      } else {
        indices[stack] = lines.count
        lines.append((stack, value))
      }
    }
    return lines.map { "\($0.stack) \($0.value)\n" }.joined()
  }

  /// Returns the frames of a row, the outermost first, and its cache.
  private static func frames(of row: ProfileRow) -> [String] {
    let stack = row.stack ?? []
    let sites = stack.isEmpty ? [row.site].compactMap { $0 } : stack
    let frames = sites.reversed() + [row.cache].compactMap { $0 }
    guard frames.isEmpty else { return frames.map(frame) }
    if let cpu = row.cpu { return ["cpu \(cpu)"] }
    return [row.requestedBytes, row.allocatedBytes].compactMap { $0.map { "\($0) bytes" } }
  }

  /// Returns a name as a frame: without the semicolon, which separates frames.
  static func frame(_ name: String) -> String {
    EscapedText.line(name.contains("\\u{") ? name.replacing("\\u{", with: "\\u{5C}u{") : name)
      .replacing(";", with: "\\u{3B}")
  }
}

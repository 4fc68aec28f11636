import TextOutput

extension AllocationProfile {
  /// Returns the rows as CSV (RFC 4180, with line feeds): a header line, then a line for each row. The columns depend on the grouping
  /// only. Fields of figures that are not known are empty.
  package func csv(_ rows: [ProfileRow], by grouping: ProfileGrouping) -> String {
    let columns = AllocationProfile.properties(of: grouping) + AllocationProfile.figures(of: grouping)
    let lines = rows.map { row in
      let record = ProfileRecord(row, of: self)
      return columns.map { $0.value(record) ?? "" }.joined(separator: ",")
    }
    return ([columns.map(\.name).joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  private typealias Column = (name: String, value: (ProfileRecord) -> String?)

  private static func column(_ key: ProfileRecord.CodingKeys, _ value: @escaping (ProfileRecord) -> Int?) -> Column {
    (key.rawValue, { value($0).map(String.init) })
  }

  private static func properties(of grouping: ProfileGrouping) -> [Column] {
    let site: Column = ("site", { $0.site.map(EscapedText.field) })
    let stack: Column = (
      "stack", { record in record.stack.map { EscapedText.field($0.map(frame).joined(separator: ";")) } }
    )
    let cache: Column = ("cache", { $0.cache.map(EscapedText.field) })
    let sizes = [column(.requestedBytes, \.requestedBytes), column(.allocatedBytes, \.allocatedBytes)]
    return switch grouping {
    case .site: [site]
    case .cache: [cache]
    case .siteAndCache: [site, cache]
    case .size: sizes
    case .cpu: [column(.cpu, \.cpu)]
    case .stack: [site, stack]
    case .context: [site, stack, cache] + sizes + [column(.usedBytes, \.usedBytes)]
    }
  }

  private static func figures(of grouping: ProfileGrouping) -> [Column] {
    let ofCPUs = [
      column(.allocObjects, \.allocObjects), column(.freeObjects, \.freeObjects), column(.remoteFrees, \.remoteFrees),
    ]
    guard grouping != .cpu else { return ofCPUs }
    return ofCPUs + [
      column(.unseenFrees, \.unseenFrees), column(.allocBytes, \.allocBytes),
      column(.allocRequestedBytes, \.allocRequestedBytes), column(.liveObjects, \.liveObjects),
      column(.liveBytes, \.liveBytes), column(.liveRequestedBytes, \.liveRequestedBytes),
      column(.peakLiveObjects, \.peakLiveObjects), column(.growthBytes, \.growthBytes),
      column(.medianLifetime, \.medianLifetime),
    ]
  }
}

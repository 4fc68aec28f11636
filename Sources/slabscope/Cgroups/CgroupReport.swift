import Kernel
import TextOutput

/// Slab memory of control groups, the largest first, with its growth since an earlier reading.
struct CgroupReport: Encodable {
  /// One group.
  struct Row: Encodable {
    let group: CgroupSlabs
    /// Growth of the slab memory in bytes; nil without an earlier reading, and for a group that it did not have.
    let growthBytes: Int?

    private enum Key: String, CodingKey {
      case path
      case slabBytes = "slab_bytes"
      case reclaimableBytes = "slab_reclaimable_bytes"
      case unreclaimableBytes = "slab_unreclaimable_bytes"
      case growthBytes = "growth_bytes"
    }

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(group.path, forKey: .path)
      try object.encode(group.slabBytes, forKey: .slabBytes)
      try object.encode(group.reclaimableBytes, forKey: .reclaimableBytes)
      try object.encode(group.unreclaimableBytes, forKey: .unreclaimableBytes)
      try object.encodeIfPresent(growthBytes, forKey: .growthBytes)
    }
  }

  let rows: [Row]

  private enum Key: String, CodingKey { case cgroups }

  /// Creates a report.
  /// - Parameters:
  ///   - groups: Groups, the largest first.
  ///   - earlier: Groups at an earlier time; nil if there is none.
  ///   - limit: Greatest number of groups to print; nil for all.
  init(_ groups: [CgroupSlabs], since earlier: [CgroupSlabs]?, limit: Int?) {
    let before = earlier.map { Dictionary($0.map { ($0.path, $0.slabBytes) }) { first, _ in first } }
    rows = groups.prefix(limit ?? .max).map { group in
      Row(group: group, growthBytes: before?[group.path].map { group.slabBytes - $0 })
    }
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(rows, forKey: .cgroups)
  }

  /// The report as a table.
  var text: String {
    let hasGrowth = rows.contains { $0.growthBytes != nil }
    var table = TextTable(
      columns: [
        ("SLAB MEMORY", .right(11)), ("RECLAIMABLE", .right(11)), ("UNRECLAIMABLE", .right(13)),
      ] + (hasGrowth ? [("GROWTH", .right(10))] : []) + [("CONTROL GROUP", .remark())])
    for row in rows {
      var cells = [row.group.slabBytes, row.group.reclaimableBytes, row.group.unreclaimableBytes].map(ByteCount.text)
      if hasGrowth { cells.append(row.growthBytes.map(ByteCount.change) ?? "-") }
      table.add(cells + [row.group.path])
    }
    return table.lines.joined(separator: "\n") + "\n"
  }

  /// The report as CSV with a heading.
  var csv: String {
    let heading = "path,slab_bytes,slab_reclaimable_bytes,slab_unreclaimable_bytes,growth_bytes\n"
    return rows.reduce(into: heading) { csv, row in
      let figures = [row.group.slabBytes, row.group.reclaimableBytes, row.group.unreclaimableBytes].map(String.init)
      let cells = [EscapedText.field(row.group.path)] + figures + [row.growthBytes.map(String.init) ?? ""]
      csv += cells.joined(separator: ",") + "\n"
    }
  }

  /// The report in a format of `slabscope snapshot`.
  /// - Precondition: the format is text, json, jsonl or csv.
  func text(_ format: SnapshotCommand.Format) throws -> String {
    switch format {
    case .csv: return csv
    case .json, .jsonl:
      let json = try JSONText.text(of: JSONDocument(result: self, source: InputIdentity(.kernel)))
      return format == .json ? json + "\n" : SnapshotText.oneLine(json)
    case .text, .openmetrics, .prometheus, .slabinfo, .svg: return text
    }
  }
}

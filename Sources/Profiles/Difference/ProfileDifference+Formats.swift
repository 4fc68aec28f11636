import TextOutput

extension ProfileDifference {
  /// The difference as CSV (RFC 4180, with line feeds): a header line, then a line for each call site and cache. Fields of figures that
  /// are not known are empty.
  package var csv: String {
    let header = [
      "site", "cache", "presence", "before_alloc_objects", "after_alloc_objects", "before_alloc_bytes",
      "after_alloc_bytes", "before_live_objects", "after_live_objects", "before_live_bytes", "after_live_bytes",
      "growth_objects", "growth_bytes", "growth_bytes_per_hour", "before_alloc_bytes_per_hour",
      "after_alloc_bytes_per_hour",
    ]
    let rows = sites.map { site in
      let counts = [
        site.before.allocObjects, site.after.allocObjects, site.before.allocBytes, site.after.allocBytes,
        site.before.liveObjects, site.after.liveObjects, site.before.liveBytes, site.after.liveBytes,
        site.growthObjects, site.growthBytes,
      ]
      let rates = [site.growthBytesPerHour, site.allocBytesPerHourBefore, site.allocBytesPerHourAfter]
      return [EscapedText.field(site.site), EscapedText.field(site.cache), site.presence.rawValue]
        + counts.map(String.init) + rates.map { $0.map { String(printf: "%.0f", $0) } ?? "" }
    }
    return ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// The difference as text: a line for each call site and cache that allocated or has live objects, then the totals.
  /// - Parameter limit: Largest number of lines; nil for all.
  package func text(limit: Int? = nil) -> String {
    let hasRate = sites.contains { $0.growthBytesPerHour != nil }
    var table = TextTable(
      ["CALL SITE", "CACHE", "LIVE OBJECTS", "GROWTH", "LIVE BYTES", "GROWTH"] + (hasRate ? ["PER HOUR"] : [])
        + ["ALLOCATED/H", "CHANGE", ""])
    for site in sites.prefix(limit ?? .max) {
      var cells = [
        site.site, site.cache, "\(site.after.liveObjects)",
        (site.growthObjects > 0 ? "+" : "") + "\(site.growthObjects)",
        ByteCount.text(site.after.liveBytes), ByteCount.change(site.growthBytes),
      ]
      if hasRate { cells.append(ProfileDifference.change(site.growthBytesPerHour)) }
      cells += [
        site.allocBytesPerHourAfter.map { ByteCount.text(ProfileDifference.bytes($0)) } ?? "-",
        ProfileDifference.change(site.allocBytesPerHourChange),
        site.presence == .both ? "" : site.presence == .new ? "new" : "gone",
      ]
      table.add(cells)
    }
    var lines = ["from  \(EscapedText.line(from, width: 72))", "to    \(EscapedText.line(to, width: 72))", ""]
    if !sites.isEmpty { lines += table.lines.map { $0.trimmingSpaces } + [""] }
    if let limit, limit < sites.count { lines.append("\(limit) of \(sites.count) call sites and caches printed") }
    func count(_ presence: SiteDifference.Presence) -> Int { sites.lazy.filter { $0.presence == presence }.count }
    lines.append(
      "total growth: \(growthObjects > 0 ? "+" : "")\(growthObjects) live objects, \(ByteCount.change(growthBytes))")
    lines.append("call sites and caches: \(count(.both)) in both, \(count(.new)) new, \(count(.vanished)) vanished")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func change(_ bytes: Double?) -> String { bytes.map { ByteCount.change(Self.bytes($0)) } ?? "-" }

  private static func bytes(_ value: Double) -> Int { Int(max(-0x1p62, min(0x1p62, value))) }
}

extension String {
  /// The text without spaces at its end.
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

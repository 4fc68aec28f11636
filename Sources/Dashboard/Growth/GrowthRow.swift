/// Cache or call site that grew or shrank between two moments.
struct GrowthRow: Sendable {
  /// Name of the cache or call site.
  let name: String
  /// Growth of the bytes: slab memory of a cache, live bytes of a call site. nil if not known.
  let bytes: Int?
  /// Growth of the number of live objects; nil if not known.
  let objects: Int?
  /// Bytes at the later moment; nil if not known.
  let bytesAfter: Int?
  /// Growth in bytes per second; nil if not known.
  let bytesPerSecond: Double?
  /// Percentage of the growth of all that grew; nil if it did not grow.
  let percent: Double?
}

/// Growth of caches or call sites between two moments, the largest first. Those that did not change are left out.
struct GrowthRows: Sendable {
  private(set) var rows: [GrowthRow] = []
  /// Sum of the growth of all that grew, in bytes.
  let grownBytes: Int
  /// Sum of the growth of all, in bytes.
  let bytes: Int

  /// Change of one cache or call site.
  typealias Change = (name: String, bytes: Int?, objects: Int?, bytesAfter: Int?)

  /// Creates the rows of changes.
  /// - Parameter seconds: Seconds between the two moments; 0 if not known.
  init(_ changes: [Change], seconds: Double) {
    bytes = changes.reduce(0) { $0 + ($1.bytes ?? 0) }
    let grown = changes.reduce(0) { $0 + max(0, $1.bytes ?? 0) }
    grownBytes = grown
    rows = changes.filter { $0.bytes ?? 0 != 0 || $0.objects ?? 0 != 0 }.map { change in
      GrowthRow(
        name: change.name, bytes: change.bytes, objects: change.objects, bytesAfter: change.bytesAfter,
        bytesPerSecond: seconds > 0 ? change.bytes.map { Double($0) / seconds } : nil,
        percent: change.bytes.flatMap { $0 > 0 ? Double($0) * 100 / Double(grown) : nil })
    }.sorted { ($1.bytes ?? .min, $0.name) < ($0.bytes ?? .min, $1.name) }
  }
}

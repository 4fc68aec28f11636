/// Samples of node_exporter's slabinfo collector.
///
///     node_slabinfo_active_objects{slab="dentry"} 703431
struct PastedNodeExporter: PastedFormReader {
  let form = PastedForm.nodeExporter
  private(set) var caches: [PastedCache] = []
  private var places: [String: Int] = [:]

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.Mistake) {
    guard line.words[0].hasPrefix("node_slabinfo_"), line.words.count >= 2,
      let brace = line.words[0].firstIndex(of: "{"),
      let label = line.words[0].split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
    else { return }
    let metric = line.words[0][..<brace].dropFirst("node_slabinfo_".count)
    guard let value = Double(line.words[1]), value >= 0, value <= Double(1 << 44) else {
      throw SlabinfoDecoder.Mistake(line: line.number, expected: "a number of at most 2^44, not `\(line.words[1])`")
    }
    let name = String(label)
    let place = places[name, default: caches.count]
    if place == caches.count {
      places[name] = place
      caches.append(PastedCache(name: name))
    }
    switch metric {
    case "active_objects": caches[place].activeObjects = Int(value)
    case "objects": caches[place].totalObjects = Int(value)
    case "object_size_bytes": caches[place].stride = Int(value)
    case "objects_per_slab": caches[place].objectsPerSlab = Int(value)
    case "pages_per_slab":
      let pages = Int(value)
      if pages.nonzeroBitCount == 1, pages <= 1 << 10 { caches[place].order = pages.trailingZeroBitCount }
    default: break
    }
  }
}

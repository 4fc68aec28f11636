/// Reader of samples of node_exporter's slabinfo collector.
///
///     node_slabinfo_active_objects{slab="dentry"} 703431
struct PastedNodeExporter: PastedFormReader {
  let form = PastedForm.nodeExporter
  private(set) var caches: [PastedCache] = []
  private var indices: [String: Int] = [:]

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    guard line.words[0].hasPrefix("node_slabinfo_"), line.words.count >= 2,
      let brace = line.words[0].firstIndex(of: "{"),
      let label = line.words[0].split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
    else { return }
    let metric = line.words[0][..<brace].dropFirst("node_slabinfo_".count)
    guard let value = Double(line.words[1]), value >= 0, value <= Double(1 << 44) else {
      throw SlabinfoDecoder.ParseError(line: line.number, expected: "a number of at most 2^44, not `\(line.words[1])`")
    }
    let name = String(label)
    let index = indices[name, default: caches.count]
    if index == caches.count {
      indices[name] = index
      caches.append(PastedCache(name: name))
    }
    switch metric {
    case "active_objects": caches[index].activeObjects = Int(value)
    case "objects": caches[index].totalObjects = Int(value)
    case "object_size_bytes": caches[index].stride = Int(value)
    case "objects_per_slab": caches[index].objectsPerSlab = Int(value)
    case "pages_per_slab":
      let pages = Int(value)
      if pages.nonzeroBitCount == 1, pages <= 1 << 10 { caches[index].order = pages.trailingZeroBitCount }
    default: break
    }
  }
}

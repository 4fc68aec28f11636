/// Reader of samples of node_exporter's slabinfo collector. Caches of the same name have the label `index` in addition.
///
///     node_slabinfo_active_objects{slab="dentry"} 703431
struct PastedNodeExporter: PastedFormReader {
  let form = PastedForm.nodeExporter
  private(set) var collected: [PastedCache] = []
  /// Index in `collected` of the cache with a set of labels.
  private var indices: [Substring: Int] = [:]

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    // Samples without these comments may have been selected by a command such as grep.
    if line.words.count >= 3, line.words[0] == "#", ["HELP", "TYPE"].contains(line.words[1]),
      line.words[2].hasPrefix("node_slabinfo_")
    {
      return .title
    }
    guard line.words[0].hasPrefix("node_slabinfo_") else { return nil }
    let sample = line.words.joined(separator: " ")[...]
    guard let brace = sample.firstIndex(of: "{"), let end = sample.lastIndex(of: "}"), brace < end,
      let name = PastedNodeExporter.cacheName(sample[sample.index(after: brace)..<end]),
      let number = sample[sample.index(after: end)...].split(separator: " ").first
    else { return nil }
    let metric = sample[..<brace].dropFirst("node_slabinfo_".count)
    guard let value = Double(number), value >= 0, value <= Double(1 << 44) else {
      throw SlabinfoDecoder.ParseError(line: line.number, expected: "a number of at most 2^44, not `\(number)`")
    }
    let index = indices[sample[brace...end], default: collected.count]
    if index == collected.count {
      indices[sample[brace...end]] = index
      collected.append(PastedCache(name: name))
    }
    collected[index].set(metric, Int(value))
    guard collected[index].isPossible else {
      throw SlabinfoDecoder.ParseError(line: line.number, expected: "objects and slabs of 16 TiB of memory at most")
    }
    return nil
  }

  /// Returns the value of the label `slab` without its escapes; nil if there is none.
  private static func cacheName(_ labels: Substring) -> String? {
    var rest = labels
    while !rest.hasPrefix("slab=\"") {
      guard let comma = rest.firstIndex(of: ",") else { return nil }
      rest = rest[rest.index(after: comma)...].drop { $0 == " " }
    }
    var (name, isEscaped) = ("", false)
    for character in rest.dropFirst("slab=\"".count) {
      if isEscaped {
        name.append(character == "n" ? "\n" : character)
      } else if character == "\"" {
        return name
      } else if character != "\\" {
        name.append(character)
      }
      isEscaped = !isEscaped && character == "\\"
    }
    return nil
  }
}

extension PastedCache {
  /// Sets the figure of a metric of node_exporter, named without `node_slabinfo_`; other metrics are ignored.
  fileprivate mutating func set(_ metric: Substring, _ value: Int) {
    switch metric {
    case "active_objects": activeObjects = value
    case "objects": totalObjects = value
    case "object_size_bytes": stride = value
    case "objects_per_slab": objectsPerSlab = value
    case "pages_per_slab":
      if value.nonzeroBitCount == 1, value <= 1 << 10 { order = value.trailingZeroBitCount }
    default: break
    }
  }
}

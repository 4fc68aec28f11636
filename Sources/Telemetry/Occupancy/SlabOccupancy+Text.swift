/// Text format of slab occupancy in recordings: a line of parameters and a line of slabs for each cache, so that few lines change
/// from one sample to the next.
///
///     # slab occupancy 1
///     dentry object_size=192 stride=192 alignment=8 order=0:21 minimum=0:21 min_partial=5 ... flags=reclaimable,accounted
///     dentry node0 0:21:3*17 0:21:20*2 cpu_partial 0:21:5*1 cpu 0:21:8*1 full 0:21:21*3532 sheaves 0
///
/// A group of slabs is `order:objects:objects in use*slabs`. Blanks and percent signs in a cache's name are percent-encoded.
extension SlabOccupancy {
  private static let heading = "# slab occupancy 1"

  /// Line that does not conform to the format.
  package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let expected: String
    package var description: String { "line \(line): expected \(expected)" }
  }

  /// Encodes caches as text.
  package static func text(of caches: [SlabOccupancy]) -> String {
    ([heading] + caches.flatMap { ["\($0.encodedName) \($0.parameters.text)", "\($0.encodedName) \($0.slabsText)"] })
      .joined(separator: "\n") + "\n"
  }

  /// Decodes text that ``text(of:)`` wrote.
  /// - Throws: ``ParseError`` for the first line that does not conform to the format.
  package static func caches(text: String) throws(ParseError) -> [SlabOccupancy] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: true)[...]
    guard lines.first == heading[...] else { throw ParseError(line: 1, expected: "'\(heading)'") }
    lines.removeFirst()
    var caches: [SlabOccupancy] = []
    var number = 1
    while let first = lines.popFirst() {
      number += 1
      var words = first.split(separator: " ")[...]
      guard let name = words.popFirst() else { throw ParseError(line: number, expected: "the name of a cache") }
      var cache = SlabOccupancy(name: decodedName(name))
      cache.parameters = try SlabCacheParameters(words, line: number)
      number += 1
      guard let second = lines.popFirst() else {
        throw ParseError(line: number, expected: "the slabs of \(cache.name)")
      }
      words = second.split(separator: " ")[...]
      guard words.popFirst() == name else { throw ParseError(line: number, expected: "the slabs of \(cache.name)") }
      try cache.readSlabs(words, line: number)
      guard cache.isPossible else {
        throw ParseError(line: number, expected: "slabs of 16 TiB of memory at most, and objects that fit in them")
      }
      caches.append(cache)
    }
    return caches
  }

  private var encodedName: String {
    var quoted = ""
    for scalar in name.unicodeScalars {
      let isPlain = scalar != "%" && scalar.value > 0x20
      quoted += isPlain ? String(scalar) : "%" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    }
    return quoted.isEmpty ? "%" : quoted
  }

  private static func decodedName(_ text: Substring) -> String {
    guard text.contains("%") else { return String(text) }
    var (name, rest) = ("", text)
    while let first = rest.popFirst() {
      if first == "%", let value = UInt32(rest.prefix(2), radix: 16), let scalar = Unicode.Scalar(value), value <= 0x25
      {
        name.unicodeScalars.append(scalar)
        rest = rest.dropFirst(2)
      } else if first != "%" {
        name.append(first)
      }
    }
    return name
  }

  private var slabsText: String {
    var words: [String] = []
    var last = ""
    for group in groups {
      let list = group.list == .node ? "node\(group.node)" : SlabOccupancy.name(of: group.list)
      if list != last { words.append(list) }
      last = list
      words.append("\(group.order):\(group.objects):\(group.objectsInUse)*\(group.slabs)")
    }
    let unknown = (knowsObjectsOnCPUs ? [] : ["cpus_unknown"]) + (isComplete ? [] : ["lists_unknown"])
    return (words + ["sheaves", "\(objectsInSheaves)"] + unknown).joined(separator: " ")
  }

  private static func name(of list: SlabGroup.List) -> String {
    switch list {
    case .node: "node"
    case .cpuPartial: "cpu_partial"
    case .cpu: "cpu"
    case .full: "full"
    }
  }

  private mutating func readSlabs(_ words: ArraySlice<Substring>, line: Int) throws(ParseError) {
    var words = words
    var list: (list: SlabGroup.List, node: Int)?
    while let word = words.popFirst() {
      if word == "cpus_unknown" {
        knowsObjectsOnCPUs = false
      } else if word == "lists_unknown" {
        isComplete = false
      } else if word == "sheaves" {
        guard let count = words.popFirst().flatMap({ SlabOccupancy.number($0) }) else {
          throw ParseError(line: line, expected: "a number after 'sheaves'")
        }
        objectsInSheaves = count
      } else if let named = SlabGroup.List.allCases.first(where: { SlabOccupancy.name(of: $0) == word }) {
        list = (named, 0)
      } else if word.hasPrefix("node"), let node = SlabOccupancy.number(word.dropFirst(4)) {
        list = (.node, node)
      } else if let list, let group = SlabOccupancy.group(word, list.list, node: list.node) {
        groups.append(group)
      } else {
        throw ParseError(line: line, expected: "a list of slabs or order:objects:used*slabs, found '\(word)'")
      }
    }
  }

  private static func group(_ word: Substring, _ list: SlabGroup.List, node: Int) -> SlabGroup? {
    let parts = word.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "*" }.map { number($0) }
    guard parts.count == 4, let order = parts[0], order <= 10, let objects = parts[1], objects <= 1 << 15,
      let inUse = parts[2], inUse <= objects, let slabs = parts[3]
    else { return nil }
    return SlabGroup(
      list: list, node: node, order: order, objects: objects, objectsInUse: inUse, slabs: slabs)
  }

  /// Parses a number of at most 2^32, so that sums of products with it cannot overflow; nil for any other text.
  static func number(_ text: Substring) -> Int? {
    guard let first = text.first, first.isNumber, let number = Int(text), number <= 1 << 32 else { return nil }
    return number
  }
}

extension SlabCacheParameters {
  /// Figures that are encoded as `name=value`.
  private static let figures: [(name: String, path: any WritableKeyPath<SlabCacheParameters, Int> & Sendable)] = [
    ("object_size", \.objectSize), ("stride", \.stride), ("alignment", \.alignment), ("min_partial", \.minPartial),
    ("cpu_partial", \.cpuPartial), ("cpu_partial_slabs", \.cpuPartialSlabs), ("sheaf_capacity", \.sheafCapacity),
    ("user_bytes", \.userBytes),
  ]

  fileprivate var text: String {
    let words =
      SlabCacheParameters.figures.map { "\($0.name)=\(self[keyPath: $0.path])" } + [
        "order=\(preferredOrder):\(objectsPerPreferredSlab)", "minimum=\(minimumOrder):\(objectsPerMinimumSlab)",
      ]
    let names = Flags.names.filter { flags.contains($0.flag) }.map(\.name)
    let merged = mergedCaches.map { ["aliases=\($0)"] } ?? []
    return (words + merged + (names.isEmpty ? [] : ["flags=" + names.joined(separator: ",")])).joined(separator: " ")
  }

  /// Decodes words such as `stride=192`. Words with unknown names are ignored, because a later version may have written them.
  fileprivate init(_ words: ArraySlice<Substring>, line: Int) throws(SlabOccupancy.ParseError) {
    self.init()
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw SlabOccupancy.ParseError(line: line, expected: "name=value, found '\(word)'")
      }
      if parts[0] == "flags" {
        let names = Set(parts[1].split(separator: ","))
        for (flag, name) in Flags.names where names.contains(name[...]) { flags.insert(flag) }
        continue
      }
      let numbers = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { SlabOccupancy.number($0) }
      if let figure = SlabCacheParameters.figures.first(where: { $0.name == parts[0] }) {
        guard numbers.count == 1, let number = numbers[0] else {
          throw SlabOccupancy.ParseError(line: line, expected: "a number after '\(parts[0])='")
        }
        self[keyPath: figure.path] = number
      } else if parts[0] == "aliases" {
        guard numbers.count == 1, let number = numbers[0] else {
          throw SlabOccupancy.ParseError(line: line, expected: "a number after 'aliases='")
        }
        mergedCaches = number
      } else if parts[0] == "order" || parts[0] == "minimum" {
        guard numbers.count == 2, let order = numbers[0], order <= 10, let objects = numbers[1], objects <= 1 << 15
        else { throw SlabOccupancy.ParseError(line: line, expected: "order:objects after '\(parts[0])='") }
        if parts[0] == "order" {
          (preferredOrder, objectsPerPreferredSlab) = (order, objects)
        } else {
          (minimumOrder, objectsPerMinimumSlab) = (order, objects)
        }
      }
    }
  }
}

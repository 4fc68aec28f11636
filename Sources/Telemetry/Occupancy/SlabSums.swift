/// Numbers of slabs of a cache by list, from the counters in /sys/kernel/slab/CACHE.
///
/// Recordings contain them as text, with a line for each cache:
///
///     # slab sums 1
///     TCP slabs=9 partial=4 objects_partial=0 cpu_slabs=5 slabs_cpu_partial=1,2
package struct SlabSums: Sendable, Hashable {
  /// Name of the cache.
  package var name: String
  /// Number of all slabs.
  package var slabs: Int
  /// Number of slabs on the partial lists of nodes.
  package var partial: Int
  /// Number of objects in use in the slabs on the partial lists of nodes.
  package var objectsPartial: Int
  /// Number of CPU slabs and of slabs on the partial lists of CPUs.
  package var cpuSlabs: Int
  /// Number of slabs on the partial list of each CPU, indexed by CPU.
  package var slabsCPUPartial: [Int]

  /// Creates the counts of a cache.
  package init(name: String, slabs: Int, partial: Int, objectsPartial: Int, cpuSlabs: Int, slabsCPUPartial: [Int]) {
    (self.name, self.slabs, self.partial, self.objectsPartial) = (name, slabs, partial, objectsPartial)
    (self.cpuSlabs, self.slabsCPUPartial) = (cpuSlabs, slabsCPUPartial)
  }

  private static let heading = "# slab sums 1"

  /// Encodes caches as text.
  package static func text(of caches: [SlabSums]) -> String {
    let lines = caches.map { cache in
      "\(cache.name) slabs=\(cache.slabs) partial=\(cache.partial) objects_partial=\(cache.objectsPartial) "
        + "cpu_slabs=\(cache.cpuSlabs) slabs_cpu_partial="
        + cache.slabsCPUPartial.map(String.init).joined(separator: ",")
    }
    return ([heading] + lines).joined(separator: "\n") + "\n"
  }

  /// Decodes text that ``text(of:)`` wrote. Lines that do not conform to the format are ignored: the counts are optional.
  package static func caches(text: String) -> [SlabSums] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let name = words.first, name != "#" else { return nil }
      var figures: [Substring: Substring] = [:]
      for word in words.dropFirst() {
        let parts = word.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { figures[parts[0]] = parts[1] }
      }
      let lists = (figures["slabs_cpu_partial"] ?? "").split(separator: ",").map { count($0) }
      return SlabSums(name, figures.mapValues { count($0) }, lists)
    }
  }

  /// Decodes a row of a table that contains the files of /sys/kernel/slab/CACHE.
  ///
  /// Returns nil if a required file is missing or does not have the format of Linux.
  /// - Parameters:
  ///   - row: Name of the cache, a colon, and the contents of the files, separated by vertical bars.
  ///   - files: Names of the files, in the order of the row.
  package init?(row: Substring, files: [Substring]) {
    // A name may contain colons (`:0000064`) but no blanks.
    guard let blank = row.firstIndex(of: " "), blank > row.startIndex, row[row.index(before: blank)] == ":" else {
      return nil
    }
    var figures: [Substring: Int?] = [:]
    var lists: [Int?] = []
    for (file, text) in zip(files, row[blank...].split(separator: "|", omittingEmptySubsequences: false)) {
      let words = text.split(separator: " ")
      figures[file] = words.first.flatMap { SlabSums.count($0) }
      guard file == "slabs_cpu_partial" else { continue }
      // `80(10) C0=32(4) C1=48(6)`: number of objects, then that of slabs in parentheses. CPUs without slabs are not listed.
      for word in words.dropFirst() {
        guard word.first == "C", let equals = word.firstIndex(of: "="), let open = word.firstIndex(of: "("),
          let cpu = SlabSums.count(word[..<equals].dropFirst()), cpu < 4096
        else { return nil }
        while lists.count <= cpu { lists.append(0) }
        lists[cpu] = SlabSums.count(word[open...].dropFirst().prefix { $0 != ")" })
      }
    }
    guard figures["slabs_cpu_partial"] != nil else { return nil }
    self.init(row[..<row.index(before: blank)], figures, lists)
  }

  private init?(_ name: Substring, _ figures: [Substring: Int?], _ lists: [Int?]) {
    func figure(_ name: Substring) -> Int? { figures[name] ?? nil }
    guard let slabs = figure("slabs"), let partial = figure("partial"), let inUse = figure("objects_partial"),
      let cpuSlabs = figure("cpu_slabs"), lists.allSatisfy({ $0 != nil })
    else { return nil }
    let lists = lists.compactMap(\.self)
    guard !name.isEmpty, !name.contains(" "), partial + cpuSlabs <= slabs, lists.reduce(0, +) <= cpuSlabs else {
      return nil
    }
    self.init(
      name: String(name), slabs: slabs, partial: partial, objectsPartial: inUse, cpuSlabs: cpuSlabs,
      slabsCPUPartial: lists)
  }

  private static func count(_ text: some StringProtocol) -> Int? {
    Int(text).flatMap { (0...1 << 32).contains($0) ? $0 : nil }
  }
}

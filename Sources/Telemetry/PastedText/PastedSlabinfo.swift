/// Rows of /proc/slabinfo. Rows of versions 2.0 and 2.1 are known by their sections `tunables` and `slabdata` and need no
/// header; rows of 1.0, 1.1 and 1.2 are read below the line that names the version.
struct PastedSlabinfo: PastedFormReader {
  let form = PastedForm.slabinfo
  private(set) var caches: [PastedCache] = []
  private(set) var notes: [String] = []
  private var version: SlabinfoDecoder.Version?

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.Mistake) {
    let words = line.words
    if words.count >= 4, words[0] == "slabinfo", words[1] == "-", words[2] == "version:" {
      guard let named = SlabinfoDecoder.Version(rawValue: String(words[3])) else {
        throw SlabinfoDecoder.Mistake(
          line: line.number, expected: "version 2.1, 2.0, 1.2, 1.1 or 1.0, not `\(words[3])`")
      }
      version = named
      return
    }
    let end = words.firstIndex(of: ":") ?? words.count
    let hasSections = words.contains("tunables") && words.contains("slabdata")
    let rowVersion = hasSections ? version.flatMap { $0.hasSections ? $0 : nil } ?? .v21 : version
    guard let rowVersion, hasSections || !rowVersion.hasSections else {
      return try refuseDamagedRow(line)
    }
    let numbers = words[..<end].reversed().prefix { $0.wholeNumber != nil }.count
    guard numbers >= rowVersion.numbers, end > rowVersion.numbers, words[0].first != "#" else {
      return hasSections ? try refuse(line, rowVersion) : ()
    }
    let bytes = words.map { ArraySlice($0.utf8) }
    let cache = try SlabinfoDecoder.cache(bytes, rowVersion, known: nil, number: line.number)
    caches.append(PastedCache(cache, rowVersion))
  }

  private func refuse(_ line: PastedLine, _ version: SlabinfoDecoder.Version) throws(SlabinfoDecoder.Mistake) {
    guard line.words[0].first != "#" else { return }
    throw SlabinfoDecoder.Mistake(
      line: line.number, expected: "a name and \(version.numbers) numbers before the sections of a slabinfo row")
  }

  /// A line below the header of version 2 that begins like a row but lacks a section was cut.
  private func refuseDamagedRow(_ line: PastedLine) throws(SlabinfoDecoder.Mistake) {
    guard version?.hasSections == true, !caches.isEmpty || line.words.contains("tunables"), line.words.count >= 3,
      line.words[1].wholeNumber != nil, line.words[2].wholeNumber != nil
    else { return }
    throw SlabinfoDecoder.Mistake(line: line.number, expected: "`: tunables` and 3 numbers, `: slabdata` and 3 numbers")
  }
}

extension PastedCache {
  /// The figures that a row of this version contains.
  fileprivate init(_ cache: CacheSnapshot, _ version: SlabinfoDecoder.Version) {
    self.init(name: cache.name)
    (activeObjects, totalObjects) = (cache.activeObjects, cache.totalObjects)
    guard version != .v10 else { return }
    (stride, slabs, order) = (cache.stride, cache.slabs, cache.preferredOrder)
    if version.hasSections { objectsPerSlab = cache.objectsPerPreferredSlab }
    var inferred = cache
    inferred.inferSlabs()
    slabBytes = inferred.slabBytes
  }
}

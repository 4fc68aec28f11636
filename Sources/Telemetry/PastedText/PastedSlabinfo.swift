/// Reader of rows of /proc/slabinfo. It recognises rows of versions 2.0 and 2.1 by their sections `tunables` and `slabdata`, even
/// without the header; rows of 1.0, 1.1 and 1.2 only below the line with the version.
struct PastedSlabinfo: PastedFormReader {
  let form = PastedForm.slabinfo
  private(set) var caches: [PastedCache] = []
  private(set) var notes: [String] = []
  private var version: SlabinfoDecoder.Version?

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    let words = line.words
    if words.count >= 4, words[0] == "slabinfo", words[1] == "-", words[2] == "version:" {
      guard let named = SlabinfoDecoder.Version(rawValue: String(words[3])) else {
        throw SlabinfoDecoder.ParseError(
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
    guard numbers >= rowVersion.numberCount, end > rowVersion.numberCount, words[0].first != "#" else {
      return hasSections ? try refuse(line, rowVersion) : ()
    }
    let bytes = words.map { ArraySlice($0.utf8) }
    let cache = try SlabinfoDecoder.cache(bytes, rowVersion, known: nil, number: line.number)
    caches.append(PastedCache(cache, rowVersion))
  }

  /// Throws the error of a row that has the sections of version 2 but too few numbers before them.
  private func refuse(_ line: PastedLine, _ version: SlabinfoDecoder.Version) throws(SlabinfoDecoder.ParseError) {
    guard line.words[0].first != "#" else { return }
    throw SlabinfoDecoder.ParseError(
      line: line.number, expected: "a name and \(version.numberCount) numbers before the sections of a slabinfo row")
  }

  /// Throws an error for a line below the header of version 2 that begins like a row but lacks a section: it was truncated.
  private func refuseDamagedRow(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    guard version?.hasSections == true, !caches.isEmpty || line.words.contains("tunables"), line.words.count >= 3,
      line.words[1].wholeNumber != nil, line.words[2].wholeNumber != nil
    else { return }
    throw SlabinfoDecoder.ParseError(
      line: line.number, expected: "`: tunables` and 3 numbers, `: slabdata` and 3 numbers")
  }
}

extension PastedCache {
  /// Creates a cache with the figures that a row of this version contains.
  fileprivate init(_ cache: CacheSnapshot, _ version: SlabinfoDecoder.Version) {
    self.init(name: cache.name)
    (activeObjects, totalObjects) = (cache.activeObjects, cache.totalObjects)
    guard version != .v10 else { return }
    (stride, slabs, order) = (cache.stride, cache.slabs, cache.preferredOrder)
    objectsPerSlab = cache[known: \.objectsPerPreferredSlab, .objectsPerPreferredSlab]
    emptySlabs = cache.emptySlabs
    var inferred = cache
    inferred.inferSlabFigures()
    slabBytes = inferred.slabBytes
    magazineCapacity = inferred[known: \.magazineCapacity, .magazineCapacity]
    objectsInMagazines = inferred[known: \.objectsInMagazines, .objectsInMagazines]
  }
}

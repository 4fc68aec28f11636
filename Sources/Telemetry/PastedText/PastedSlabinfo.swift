/// Reader of rows of /proc/slabinfo. It recognises rows of versions 2.0 and 2.1 by their sections `tunables` and `slabdata`, even
/// without the header; rows of 1.0, 1.1 and 1.2 only below the line with the version.
struct PastedSlabinfo: PastedFormReader {
  let form = PastedForm.slabinfo
  private var damagedRow: SlabinfoDecoder.ParseError?
  var truncatedRow: SlabinfoDecoder.ParseError? { damagedRow ?? possibleRow }
  private var version: SlabinfoDecoder.Version?
  private var hasRows = false
  /// Line below the last row that may be the beginning of a row: a name and one number.
  private var possibleRow: SlabinfoDecoder.ParseError?

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    let words = line.words
    if words.count >= 4, words[0] == "slabinfo", words[1] == "-", words[2] == "version:" {
      guard let named = SlabinfoDecoder.Version(rawValue: String(words[3])) else {
        throw SlabinfoDecoder.ParseError(
          line: line.number, expected: "version 2.1, 2.0, 1.2, 1.1 or 1.0, not `\(words[3])`")
      }
      version = named
      return .title
    }
    // The second line of the header may be wrapped.
    if words[0].first == "#" || words.contains(where: { $0.first == "<" }) { return nil }
    let end = words.firstIndex(of: ":") ?? words.count
    let hasSections = words.contains("tunables") && words.contains("slabdata")
    let rowVersion = hasSections ? version.flatMap { $0.hasSections ? $0 : nil } ?? .v21 : version
    guard let rowVersion, hasSections || !rowVersion.hasSections else {
      rememberTruncatedRow(line)
      return nil
    }
    let numbers = words[..<end].reversed().prefix { $0.wholeNumber != nil }.count
    guard numbers >= rowVersion.numberCount, end > rowVersion.numberCount else {
      if hasSections {
        throw SlabinfoDecoder.ParseError(
          line: line.number,
          expected: "a name and \(rowVersion.numberCount) numbers before the sections of a slabinfo row")
      }
      return nil
    }
    if let damagedRow { throw damagedRow }
    (hasRows, possibleRow) = (true, nil)
    let bytes = words.map { ArraySlice($0.utf8) }
    return .cache(
      PastedCache(try SlabinfoDecoder.cache(bytes, rowVersion, known: nil, number: line.number), rowVersion))
  }

  /// Remembers a line that begins like a row of version 2 but lacks a section. It is an error unless it is the last row, because
  /// the end of a pasted text is often missing.
  private mutating func rememberTruncatedRow(_ line: PastedLine) {
    let expected = "`: tunables` and 3 numbers, `: slabdata` and 3 numbers"
    let error = SlabinfoDecoder.ParseError(line: line.number, expected: expected)
    let isInTable = version?.hasSections == true
    guard isInTable || line.words.contains("tunables"), line.words.count >= 2, line.words[1].wholeNumber != nil else {
      possibleRow = nil
      return
    }
    if line.words.count == 2 {
      possibleRow = hasRows ? error : nil
    } else if line.words[2].wholeNumber != nil {
      damagedRow = damagedRow ?? error
    }
  }
}

extension PastedCache {
  /// Creates a cache with the figures that a row of this version contains.
  init(_ cache: CacheSnapshot, _ version: SlabinfoDecoder.Version) {
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

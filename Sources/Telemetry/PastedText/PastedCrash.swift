/// Reader of rows of `kmem -s` of the crash utility. The name of the cache is the last word (since crash 7.2.7) or the second
/// (earlier). Rows with question marks have no figures:
///
///     ffff893b3dce8e00     1112         49      3741    129    32k  nfs_inode_cache
///     f7d4a540 ext3_inode_cache          504       4024      4080    510     4k
struct PastedCrash: PastedFormReader {
  let form = PastedForm.crash

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    let words = line.words
    if words.first == "CACHE", words.contains("SSIZE") { return .title }
    guard words.count >= 7, let address = words.first, address.count >= 8, address.allSatisfy(\.isHexDigit) else {
      return nil
    }
    if words.contains("?") {
      let name = words.dropFirst().filter { $0 != "?" && $0.wholeNumber == nil && $0.kibibytes(suffix: "k") == nil }
      return name.isEmpty ? nil : .unreadable(name.joined(separator: " "))
    }
    guard let size = words.lastIndex(where: { $0.kibibytes(suffix: "k") != nil }), size >= 5 else { return nil }
    let figures = words[(size - 4)..<size]
    let name = size == words.count - 1 ? words[1..<(size - 4)] : words[(size + 1)...]
    guard !name.isEmpty, let slabBytes = words[size].kibibytes(suffix: "k") else { return nil }
    let numbers = figures.compactMap(\.wholeNumber)
    guard numbers.count == 4 else { return nil }
    var cache = PastedCache(name: name.joined(separator: " "))
    (cache.stride, cache.activeObjects, cache.totalObjects, cache.slabs) = (
      numbers[0], numbers[1], numbers[2], numbers[3]
    )
    let pages = Int(slabBytes) / 4096
    if pages.nonzeroBitCount == 1, pages <= 1 << 10 { cache.order = pages.trailingZeroBitCount }
    let (bytes, overflows) = numbers[3].multipliedReportingOverflow(by: Int(slabBytes))
    cache.slabBytes = overflows ? .max : bytes
    return .cache(cache)
  }
}

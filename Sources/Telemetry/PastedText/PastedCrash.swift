/// Reader of rows of `kmem -s` of the crash utility. The name of the cache is the last word (since crash 7.2.7) or the second
/// (earlier). Rows with question marks have no figures:
///
///     ffff893b3dce8e00     1112         49      3741    129    32k  nfs_inode_cache
///     f7d4a540 ext3_inode_cache          504       4024      4080    510     4k
struct PastedCrash: PastedFormReader {
  let form = PastedForm.crash
  private(set) var caches: [PastedCache] = []
  private(set) var unreadable: [String] = []

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    let words = line.words
    guard words.count >= 7, let address = words.first, address.count >= 8, address.allSatisfy(\.isHexDigit),
      let size = words.lastIndex(where: { $0.kibibytes(suffix: "k") != nil }), size >= 5
    else { return }
    let figures = words[(size - 4)..<size]
    let name = size == words.count - 1 ? words[1..<(size - 4)] : words[(size + 1)...]
    guard !name.isEmpty, let slabBytes = words[size].kibibytes(suffix: "k") else { return }
    guard !figures.contains("?") else { return unreadable.append(name.joined(separator: " ")) }
    let numbers = figures.compactMap(\.wholeNumber)
    guard numbers.count == 4 else { return }
    guard numbers[1] <= numbers[2] else {
      throw SlabinfoDecoder.ParseError(
        line: line.number, expected: "at most as many allocated objects as objects in all")
    }
    var cache = PastedCache(name: name.joined(separator: " "))
    (cache.stride, cache.activeObjects, cache.totalObjects, cache.slabs) = (
      numbers[0], numbers[1], numbers[2], numbers[3]
    )
    let pages = Int(slabBytes) / 4096
    if pages.nonzeroBitCount == 1, pages <= 1 << 10 { cache.order = pages.trailingZeroBitCount }
    cache.slabBytes = numbers[3] * Int(slabBytes)
    caches.append(cache)
  }
}

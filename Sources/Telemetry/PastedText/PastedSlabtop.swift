/// Rows of `slabtop -o`: objects, active objects, use in percent, object size, slabs, objects in a slab, size of the cache, name.
///
///     703605 703431  99%    0.19K  33505       21    134020K dentry
///
/// slabtop rounds sizes to 0.01 KiB; where a slab's objects and pages leave only one multiple of 8 bytes within that, the stride is
/// that, otherwise the rounded size.
struct PastedSlabtop: PastedFormReader {
  let form = PastedForm.slabtop
  private(set) var caches: [PastedCache] = []

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.Mistake) {
    guard let percent = line.words.firstIndex(where: { $0.last == "%" && $0.dropLast().wholeNumber != nil }),
      percent >= 2,
      line.words.count >= percent + 6
    else { return }
    let words = line.words[(percent - 2)...]
    func number(_ offset: Int) -> Int? { words[percent + offset].wholeNumber }
    guard let total = number(-2), let active = number(-1), let size = words[percent + 1].kibibytes(suffix: "K"),
      let slabs = number(2), let objects = number(3), let bytes = words[percent + 4].kibibytes(suffix: "K")
    else { return }
    guard active <= total else {
      throw SlabinfoDecoder.Mistake(line: line.number, expected: "at most as many active objects as objects")
    }
    var cache = PastedCache(name: words[(percent + 5)...].joined(separator: " "))
    (cache.activeObjects, cache.totalObjects, cache.slabs) = (active, total, slabs)
    (cache.objectsPerSlab, cache.slabBytes) = (objects, Int(bytes))
    cache.stride = PastedSlabtop.stride(rounded: size, name: cache.name)
    caches.append(cache)
  }

  /// The multiple of 8 bytes nearest to a size that was rounded to 0.01 KiB; of a kmalloc cache, the size in its name if it fits.
  private static func stride(rounded bytes: Double, name: String) -> Int {
    if let size = SlabDebugging.kmallocBytes(name), abs(Double(size) - bytes) <= 5.2 { return size }
    return max(8, Int((bytes / 8).rounded()) * 8)
  }
}

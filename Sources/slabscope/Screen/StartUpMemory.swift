import CSlabSupport
import Glibc

/// Memory that only the start of the dashboard needs: blocks that were freed, and pages of the program and its libraries with code that
/// reads arguments, settings and inputs.
enum StartUpMemory {
  /// Returns the memory to the system. Code that is needed again is mapped again from the page cache when it runs.
  static func release() {
    slab_release_free_heap()
    guard let file = try? InputFile("/proc/self/maps"), let bytes = try? file.readAll() else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      // 7f1c00000000-7f1c00200000 r-xp 00000000 08:01 1234   /usr/lib/libc.so.6
      let words = line.split(separator: " ")
      // Code is never written to, so that its pages are those of the file.
      guard words.count >= 6, words[1] == "r-xp", words[5].hasPrefix("/") else { continue }
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard ends.count == 2, ends[0] < ends[1], let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else {
        continue
      }
      madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
    }
  }
}

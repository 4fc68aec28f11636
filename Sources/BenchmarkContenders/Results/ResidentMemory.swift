import Glibc

/// Anonymous resident memory of this process (RssAnon), read without allocating memory.
enum ResidentMemory {
  /// Returns the resident bytes of anonymous memory: pages that the process wrote, without the pages of its files.
  ///
  /// The figure is the line "Anonymous" of smaps_rollup, which walks the page tables. RssAnon in /proc/self/status is the same
  /// figure from counters of each processor, which may be off by 64 pages for each (Linux, mm/memory.c, get_mm_counter).
  static func anonymousBytes() throws -> Int {
    let descriptor = open("/proc/self/smaps_rollup", O_RDONLY)
    defer { close(descriptor) }
    // Small enough to lie on the stack; the line is within its first half.
    return try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count - 1)
      guard count > 0 else { throw BenchmarkError("/proc/self/smaps_rollup can't be read") }
      buffer[count] = 0
      let text = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      guard let line = strstr(text, "\nAnonymous:") else {
        throw BenchmarkError("/proc/self/smaps_rollup has no line Anonymous")
      }
      return strtol(line + strlen("\nAnonymous:"), nil, 10) * 1024
    }
  }
}

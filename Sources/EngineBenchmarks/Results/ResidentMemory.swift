import Glibc

/// Resident memory of this process according to the kernel, read without allocating memory.
enum ResidentMemory {
  /// Resets the high-water mark to the current resident size (Linux, Documentation/filesystems/proc.rst, clear_refs).
  static func resetPeak() throws {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY)
    defer { close(descriptor) }
    guard write(descriptor, "5", 1) == 1 else { throw BenchmarkError("/proc/self/clear_refs can't be written") }
  }

  /// Returns the maximum of resident bytes since the last reset (`VmHWM:`), or the present value (`VmRSS:`).
  static func bytes(_ field: StaticString) throws -> Int {
    let descriptor = open("/proc/self/status", O_RDONLY)
    defer { close(descriptor) }
    return try withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count - 1)
      guard count > 0 else { throw BenchmarkError("/proc/self/status can't be read") }
      buffer[count] = 0
      let text = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      let name = UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)
      guard let line = strstr(text, name) else { throw BenchmarkError("/proc/self/status has no line \(field)") }
      return strtol(line + field.utf8CodeUnitCount, nil, 10) * 1024
    }
  }
}

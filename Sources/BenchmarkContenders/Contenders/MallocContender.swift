import Glibc

/// The malloc of the process: glibc's, or one that LD_PRELOAD names.
struct MallocContender: Contender {
  /// - Throws: `BenchmarkError` if LD_PRELOAD names a library that does not replace malloc.
  init(_ setup: ContenderSetup) throws {
    guard let preload = getenv("LD_PRELOAD") else { return }
    // The dynamic linker only warns about a library that it cannot load.
    let library = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD)
    guard dlsym(nil, "malloc") != dlsym(library, "malloc") else {
      throw BenchmarkError("\(String(cString: preload)) does not replace malloc")
    }
  }

  @inline(__always)
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer? { malloc(bytes) }

  @inline(__always)
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int) { Glibc.free(object) }
}

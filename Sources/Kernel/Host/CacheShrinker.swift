import Glibc

/// Shrinking of a cache of the running kernel: writing 1 to /sys/kernel/slab/NAME/shrink frees the cache's empty slabs and sorts its
/// partial slabs by their free objects (Linux, Documentation/ABI/testing/sysfs-kernel-slab).
package struct CacheShrinker: Sendable {
  /// Slabs of a cache before and after it was shrunk.
  package struct Result: Sendable, Hashable {
    /// Number of slabs before.
    package var slabsBefore: Int
    /// Number of slabs after. Other tasks may have allocated or freed slabs in between.
    package var slabsAfter: Int
  }

  /// Folder of the slab caches in sysfs.
  private let folder: String

  /// Creates a shrinker.
  package init(sysfs folder: String = "/sys/kernel/slab") { self.folder = folder }

  /// Shrinks a cache. The kernel returns when it is done.
  /// - Parameter cache: Name of the cache, as in /proc/slabinfo.
  /// - Throws: `HostReader.Failure` if the kernel has no such file, or the process may not write to it.
  package func shrink(_ cache: String) throws(HostReader.Failure) -> Result {
    let path = "\(folder)/\(cache)/shrink"
    guard !cache.contains("/"), KernelFile.exists(path) else {
      throw HostReader.Failure(
        description: "\(path): no such file; shrinking needs a kernel with SLUB and /sys/kernel/slab (CONFIG_SYSFS)")
    }
    let slabs = KernelFile("\(folder)/\(cache)/slabs")
    let before = slabs.number()
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard write(descriptor, "1\n", 2) == 2 else { throw failure(path) }
    guard let before, let after = slabs.number() else { throw failure("\(folder)/\(cache)/slabs") }
    return Result(slabsBefore: before, slabsAfter: after)
  }

  private func failure(_ path: String) -> HostReader.Failure {
    let isDenied = errno == EACCES || errno == EPERM
    let reason = String(cString: strerror(errno)).lowercased()
    return HostReader.Failure(description: "\(path): \(reason)\(isDenied ? "; run it with sudo" : "")")
  }
}

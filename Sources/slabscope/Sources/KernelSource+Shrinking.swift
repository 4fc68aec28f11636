import Kernel

/// A source whose caches can be shrunk on request of the user.
protocol CacheShrinking: AnyObject {
  /// Shrinks a cache.
  /// - Returns: The slabs before and after, in one sentence.
  /// - Throws: a `Failure` that names the file and what is missing.
  func shrink(_ cache: String) throws(Failure) -> String
}

extension KernelSource: CacheShrinking {
  func shrink(_ cache: String) throws(Failure) -> String {
    do {
      let result = try CacheShrinker().shrink(cache)
      return "\(cache) was shrunk by the user: \(result.slabsBefore) slabs before, \(result.slabsAfter) after"
    } catch {
      throw Failure.failed("\(error)")
    }
  }
}

/// Who holds each page of the machine's memory: the page allocator's free lists, the page hog, large requests; the pools
/// hold the rest.
///
/// Its lock is the *page lock*, the outermost one of the engine. Whatever changes who holds a page (a pool that grows or
/// returns slabs, a large request, the hog) does so while holding it, from the page's leaving one account to its
/// entering the other. Whoever holds it therefore sees every page in exactly one account.
struct MachinePages {
  var allocator: PageAllocator
  /// The page hog's pages.
  var hog = PageList()
  var large = LargeRequests()
  /// Failures on purpose.
  var injector: PageFailureInjector?

  init(allocator: PageAllocator) { self.allocator = allocator }

  /// Takes a block for a slab or a large request; nil when there is none, or when one is made to fail.
  mutating func allocate(order: Int, for use: PageDescriptor.Use) -> UInt32? {
    if injector?.fails(order: order) == true { return nil }
    return allocator.allocate(order: order, for: use)
  }
}

/// Requests that the page allocator served itself.
struct LargeRequests {
  var count = 0
  /// Bytes asked for, and bytes of the blocks that hold them.
  var requestedBytes = 0
  var blockBytes = 0
  var failed = 0
}

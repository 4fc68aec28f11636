/// All pages of the machine: the page allocator's free lists, the memory hog, and large requests. All other pages
/// belong to slabs of pools.
///
/// Its lock is the *page lock*. It is held whenever a page changes its use (a pool adds or returns slabs, a large
/// request, the memory hog), from the removal of the page from one account to its addition to another. A thread that
/// holds the page lock therefore finds each page in exactly one account.
struct MachinePages {
  var allocator: PageAllocator
  /// Pages of the memory hog.
  var hog = PageList()
  var large = LargeRequests()
  /// Injection of page allocation failures; nil if there is none.
  var injector: PageFailureInjector?

  init(allocator: PageAllocator) { self.allocator = allocator }

  /// Allocates a block of 2^order pages, and returns its first page; nil if memory is exhausted or a failure is
  /// injected.
  mutating func allocate(order: Int, for use: PageDescriptor.Use) -> UInt32? {
    if injector?.fails(order: order) == true { return nil }
    return allocator.allocate(order: order, for: use)
  }
}

/// Counts of the requests that the page allocator serves because no general cache is large enough.
struct LargeRequests {
  var count = 0
  /// Requested bytes of the live requests, and bytes of their blocks.
  var requestedBytes = 0
  var blockBytes = 0
  var failed = 0
}

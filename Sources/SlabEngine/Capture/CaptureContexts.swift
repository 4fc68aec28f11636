#if Capture
  internal import Synchronization

  /// Table of the contexts of all allocations that an engine has captured. Its CPUs share it. A context is never removed,
  /// so that its number identifies it for the life of the engine.
  ///
  /// The table uses open addressing with linear probing. An entry has the number of a context, and `keys` has the keys
  /// by number, so that the counters of the contexts are next to each other. A look-up takes no lock: it loads an entry
  /// (acquiring) and then the key. An insertion stores the key first and publishes its number in an empty entry by one
  /// compare-and-swap (releasing). A thread that loses the race for an entry reads the winner's number there; if both
  /// inserted the same context, the loser's number stays unused.
  ///
  /// After `regularCapacity` contexts, further ones are counted by cache only, in contexts of the call site `other` whose
  /// requested bytes are the allocated bytes. After `capacity` contexts, further ones are counted in context 0.
  ///
  ///     ┌ number of contexts ┬ keys by number, 8 bytes each ┬ entries: numbers, 4 bytes each; 0 is empty ┬ sizes ┐
  ///
  /// The sizes of a context are its stride and the requested bytes of an object, 4 bytes each.
  struct CaptureContexts {
    /// Number of contexts, context 0 included. A number must fit in `ObjectRecord.context`.
    static let capacity = 1 << 14
    /// Number of contexts that may have any call site.
    static let regularCapacity = capacity / 4 * 3
    /// More entries than contexts, so that each probe ends at an empty entry.
    private static let entryCount = capacity * 2
    private static let keyOffset = 64
    private static let entryOffset = keyOffset + capacity * 8
    private static let sizeOffset = entryOffset + entryCount * 4
    static let bytes = sizeOffset + capacity * 8

    private let lastNumber: UnsafeMutablePointer<Atomic<Int>>
    private let keys: UnsafeMutablePointer<Atomic<UInt64>>
    private let entries: UnsafeMutablePointer<Atomic<UInt32>>
    /// Two words per context: the allocated bytes of each object, and its requested bytes, 0 if it was not requested by
    /// size.
    private let sizes: UnsafeMutablePointer<Atomic<UInt32>>

    /// Uses zero-filled memory of `bytes` bytes at `start`.
    init(at start: UnsafeMutableRawPointer) {
      lastNumber = start.bindMemory(to: Atomic<Int>.self, capacity: 1)
      keys = (start + CaptureContexts.keyOffset).bindMemory(
        to: Atomic<UInt64>.self, capacity: CaptureContexts.capacity)
      entries = (start + CaptureContexts.entryOffset).bindMemory(
        to: Atomic<UInt32>.self, capacity: CaptureContexts.entryCount)
      sizes = (start + CaptureContexts.sizeOffset).bindMemory(
        to: Atomic<UInt32>.self, capacity: CaptureContexts.capacity * 2)
    }

    /// Returns the number of a context, which is inserted if it is new.
    /// - Parameters:
    ///   - stride: Allocated bytes of the object.
    ///   - objectSize: Object size of the cache.
    func number(of context: CaptureContext, stride: Int, objectSize: Int) -> Int {
      var index = CaptureContexts.firstEntry(of: context.key)
      while true {
        let number = entries[index].load(ordering: .acquiring)
        if number == 0 { return insert(context, at: index, stride: stride, objectSize: objectSize) }
        if keys[Int(number)].load(ordering: .relaxed) == context.key { return Int(number) }
        index = (index &+ 1) & (CaptureContexts.entryCount &- 1)
      }
    }

    /// Multiplicative hash (Knuth, volume 3, 6.4).
    @inline(__always)
    private static func firstEntry(of key: UInt64) -> Int {
      Int(truncatingIfNeeded: ((key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15) >> 49)
    }

    @inline(never)
    private func insert(_ context: CaptureContext, at first: Int, stride: Int, objectSize: Int) -> Int {
      let isOther = context.site == CallSites.other
      guard let number = nextNumber(limit: isOther ? CaptureContexts.capacity : CaptureContexts.regularCapacity) else {
        return isOther
          ? 0 : self.number(of: context.withoutSite(stride: stride), stride: stride, objectSize: objectSize)
      }
      keys[number].store(context.key, ordering: .relaxed)
      sizes[2 * number].store(UInt32(stride), ordering: .relaxed)
      // The requested bytes of an object of the call site `other` are not known, and count as the object size.
      let requested = isOther ? objectSize : context.requested
      sizes[2 * number + 1].store(context.isGeneral ? UInt32(requested) : 0, ordering: .relaxed)
      var index = first
      while true {
        let (exchanged, existing) = entries[index].compareExchange(
          expected: 0, desired: UInt32(number), successOrdering: .releasing, failureOrdering: .acquiring)
        if exchanged { return number }
        if keys[Int(existing)].load(ordering: .relaxed) == context.key { return Int(existing) }
        index = (index + 1) & (CaptureContexts.entryCount - 1)
      }
    }

    /// Reserves a number less than `limit`; nil if none is left.
    private func nextNumber(limit: Int) -> Int? {
      var last = lastNumber.pointee.load(ordering: .relaxed)
      while last + 1 < limit {
        let (exchanged, original) = lastNumber.pointee.compareExchange(
          expected: last, desired: last + 1, ordering: .relaxed)
        if exchanged { return last + 1 }
        last = original
      }
      return nil
    }

    /// Returns the allocated bytes of each object of a context; 0 for context 0, whose objects differ.
    func stride(ofContext number: Int) -> Int { Int(sizes[2 * number].load(ordering: .relaxed)) }

    /// Returns the requested bytes of each object of a context; nil if they differ.
    func requestedBytes(ofContext number: Int) -> Int? {
      let context = context(number)
      return context.site == CallSites.other ? nil : context.requested
    }

    /// Returns the requested bytes with which an object of a context counts as requested by size: 0 if it was not.
    @inline(__always)
    func bytesRequestedBySize(ofContext number: Int) -> Int { Int(sizes[2 &* number &+ 1].load(ordering: .relaxed)) }

    /// Largest number in use. A number up to it may be unused.
    var largestNumber: Int { lastNumber.pointee.load(ordering: .relaxed) }

    /// Returns the context with this number. Context 0 has no cache and no size.
    func context(_ number: Int) -> CaptureContext {
      number == 0 ? .overflow : CaptureContext(key: keys[number].load(ordering: .relaxed))
    }
  }
#endif

#if Capture
  internal import Synchronization

  /// Data capture of one CPU (S1). Only the thread that drives the CPU writes the counters, with a relaxed load and store
  /// each; any thread may read them. They are in reserved address space, of which only the parts in use are backed by
  /// memory.
  ///
  ///     ┌ freed objects of other CPUs ┬ look-up table ┬ counters: 576 bytes per context ┐
  ///
  /// The counters of a context are numbers of events, and behind them the number of freed objects of each lifetime:
  ///
  ///     ┌ allocations ┬ additional bytes ┬ remote frees ┬ unseen frees ┬ 4 unused words ┬ frees by lifetime: 64 words ┐
  struct CPUCapture {
    // Words of a context's counters.
    static let allocations = 0
    /// Allocated bytes that exceed the product of allocations and stride; see `SlabEngine.lookUpSlabs(of:)`.
    static let additionalBytes = 1
    static let remoteFrees = 2
    static let unseenFrees = 3
    /// First of the words that count frees by lifetime. The unused words before it start the lifetimes at a cache line,
    /// and keep frequent lifetimes of different contexts in different sets of a first-level cache.
    private static let firstLifetime = 8
    /// Number of lifetimes that are distinguished: one for each position of the highest set bit, and one for 0.
    static let lifetimes = 64
    private static let wordsPerContext = firstLifetime + lifetimes

    private static let lookupOffset = EngineConfiguration.maximumCPUs * 8
    private static let counterOffset = lookupOffset + ContextLookup.count * MemoryLayout<ContextLookup>.stride
    static let bytes = counterOffset + CaptureContexts.capacity * wordsPerContext * 8

    /// Whether the engine captures data. If not, nothing else of this structure is used.
    let isOn: Bool
    let cpu: Int
    /// `ObjectRecord.freedTag` of this CPU.
    let freedTag: UInt32
    let contexts: CaptureContexts
    let records: ObjectRecords
    let lookups: UnsafeMutablePointer<ContextLookup>
    private let counters: UnsafeMutablePointer<Atomic<Int>>
    /// Number of objects that this CPU freed, by the CPU that allocated them, without those that it allocated itself.
    let remoteFrees: UnsafeMutablePointer<Atomic<Int>>

    /// Uses zero-filled memory of `bytes` bytes at `start`. Zero is the first value of a counter.
    init(
      at start: UnsafeMutableRawPointer, contexts: CaptureContexts, records: ObjectRecords, cpu: Int, isOn: Bool
    ) {
      self.isOn = isOn
      self.cpu = cpu
      freedTag = ObjectRecord.freedTag(cpu: cpu)
      (self.contexts, self.records) = (contexts, records)
      remoteFrees = start.bindMemory(to: Atomic<Int>.self, capacity: EngineConfiguration.maximumCPUs)
      lookups = (start + CPUCapture.lookupOffset).bindMemory(to: ContextLookup.self, capacity: ContextLookup.count)
      counters = (start + CPUCapture.counterOffset).bindMemory(
        to: Atomic<Int>.self, capacity: CaptureContexts.capacity * CPUCapture.wordsPerContext)
      if isOn { records.markRecordZero() }
    }

    /// Returns the counters of a context.
    @inline(__always)
    func counters(ofContext number: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      counters + number &* CPUCapture.wordsPerContext
    }

    /// Returns the numbers of freed objects of a context by lifetime.
    @inline(__always)
    func lifetimes(ofContext number: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      counters(ofContext: number) + CPUCapture.firstLifetime
    }

    /// Returns the number of freed objects of a context, without unseen frees.
    func frees(ofContext number: Int) -> Int {
      let lifetimes = lifetimes(ofContext: number)
      return (0..<CPUCapture.lifetimes).reduce(0) { $0 + lifetimes[$1].load(ordering: .relaxed) }
    }

    /// Whether the CPU has allocated or freed objects of a context. Most contexts are those of few CPUs: reports skip the
    /// lifetimes of the others.
    func hasCounted(context number: Int) -> Bool {
      let counters = counters(ofContext: number)
      // A CPU that frees an object has allocated objects of the context itself, or counts a remote or unseen free.
      return [CPUCapture.allocations, CPUCapture.remoteFrees, CPUCapture.unseenFrees].contains {
        counters[$0].load(ordering: .relaxed) != 0
      }
    }

    /// Counts the free of an object by its lifetime in ticks.
    @inline(__always)
    func countFree(ofContext number: Int, lifetime ticks: UInt64) {
      // The position of the highest set bit of 2 t + 1 is 0 for t = 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7.
      let lifetime = 63 &- (ticks << 1 | 1).leadingZeroBitCount
      CPUCapture.add(1, to: lifetimes(ofContext: number) + lifetime)
    }

    /// Counts a free of an object that another CPU allocated.
    func countRemoteFree(ofContext number: Int, allocatedOn allocatingCPU: Int) {
      CPUCapture.add(1, to: remoteFrees + allocatingCPU)
      CPUCapture.add(1, to: counters(ofContext: number) + CPUCapture.remoteFrees)
    }

    /// Counts that an object of a context ends without a recorded free.
    func countUnseenFree(ofContext number: Int) {
      CPUCapture.add(1, to: counters(ofContext: number) + CPUCapture.unseenFrees)
    }

    /// Counts an allocation.
    /// - Parameter stride: Allocated bytes of the object.
    func countAllocation(ofContext number: Int, stride: Int) {
      let counters = counters(ofContext: number)
      CPUCapture.add(1, to: counters + CPUCapture.allocations)
      CPUCapture.add(stride - contexts.stride(ofContext: number), to: counters + CPUCapture.additionalBytes)
    }

    /// Enters a context in the look-up table, in place of an entry for another one if both of its entries are used.
    func enter(_ lookup: ContextLookup) {
      let first = ContextLookup.index(lookup.site, lookup.request)
      let other = ContextLookup.alternative(to: first)
      let isFree = lookups[first].request.key == 0 || lookups[first].isFor(lookup.site, lookup.request)
      lookups[isFree ? first : other] = lookup
    }

    /// Adds to a counter. The counter has one writer, so that no atomic read-modify-write instruction is needed.
    @inline(__always)
    static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
      counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
  }
#endif

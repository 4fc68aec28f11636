#if Capture
  internal import CSlabSupport
  internal import Synchronization

  /// Data capture of one CPU (S1). Only the thread that drives the CPU writes the counters, with a relaxed load and store
  /// each; any thread may read them. They are in reserved address space, of which only the parts in use are backed by
  /// memory.
  ///
  ///     ┌ freed objects of other CPUs ┬ look-up table ┬ counters: 32 bytes per context ┬ lifetimes: 576 bytes per context ┐
  struct CPUCapture {
    // Words of a context's counters.
    static let allocations = 0
    /// Allocated bytes that exceed the product of allocations and stride; see `SlabEngine.lookUpSlabs(of:)`.
    static let additionalBytes = 1
    static let remoteFrees = 2
    static let unseenFrees = 3
    static let wordsPerContext = 4
    /// Number of lifetimes that are distinguished: one for each position of the highest set bit, and one for 0.
    static let lifetimes = 64

    private static let lookupOffset = EngineConfiguration.maximumCPUs * 8
    private static let counterOffset = lookupOffset + ContextLookup.count * MemoryLayout<ContextLookup>.stride
    private static let lifetimeOffset = counterOffset + CaptureContexts.capacity * wordsPerContext * 8
    /// Words of a context's lifetimes: eight more than needed, so that frequent lifetimes of different contexts are not in
    /// the same sets of a first-level cache.
    private static let lifetimeWords = lifetimes + 8
    static let bytes = lifetimeOffset + CaptureContexts.capacity * lifetimeWords * 8

    /// Whether the engine captures data. If not, nothing else of this structure is used.
    let isOn: Bool
    let cpu: Int
    /// `ObjectRecord.freedTag` of this CPU.
    let freedTag: UInt32
    let contexts: CaptureContexts
    let records: ObjectRecords
    let lookups: UnsafeMutablePointer<ContextLookup>
    private let counters: UnsafeMutablePointer<Atomic<Int>>
    private let lifetimes: UnsafeMutablePointer<Atomic<Int>>
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
      lifetimes = (start + CPUCapture.lifetimeOffset).bindMemory(
        to: Atomic<Int>.self, capacity: CaptureContexts.capacity * CPUCapture.lifetimeWords)
    }

    /// Returns the counters of a context.
    @inline(__always)
    func counters(ofContext number: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      counters + number &* CPUCapture.wordsPerContext
    }

    /// Returns the numbers of freed objects of a context by lifetime.
    @inline(__always)
    func lifetimes(ofContext number: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      lifetimes + number &* CPUCapture.lifetimeWords
    }

    /// Counts the free of an object by its lifetime.
    @inline(__always)
    func countFree(ofContext number: Int, birth: UInt64, now: UInt64) {
      let ticks = now > birth ? now &- birth : 0
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

    /// Adds to a counter. The counter has one writer, so that no atomic read-modify-write instruction is needed.
    @inline(__always)
    static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
      counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
  }

  /// The clock by which a CPU captures.
  @usableFromInline
  struct CaptureClock {
    /// The workload's time if the workload sets one, otherwise the last reading of the processor's time-stamp counter.
    @usableFromInline var now: UInt64 = 0
    @usableFromInline var isWorkloadTime = false
    /// Number of events until the processor's time-stamp counter is read.
    private var eventsUntilReading: Int32 = 1
    private static let eventsPerReading: Int32 = 8

    init() {}

    /// Counts an event. Returns whether the clock must be read for it. The processor's time-stamp counter is read for
    /// every eighth event only, because reading it takes longer than the rest of a capture. Lifetimes that are shorter
    /// than the time between these readings are therefore inexact.
    @inline(__always)
    mutating func countEvent() -> Bool {
      eventsUntilReading &-= 1
      return eventsUntilReading == 0
    }

    /// Reads the processor's time-stamp counter unless the workload sets the time.
    mutating func read() {
      eventsUntilReading = CaptureClock.eventsPerReading
      if !isWorkloadTime { now = slab_clock_ticks() }
    }
  }
#endif

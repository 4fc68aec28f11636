#if Capture
  internal import CSlabSupport
  internal import Synchronization

  /// Capture counters of one CPU (S1). Only the thread that drives the CPU writes them, with a relaxed load and store
  /// each; any thread may read them. They are in reserved address space, of which only the parts in use are backed by
  /// memory.
  ///
  ///     ┌ freed objects by allocating CPU ┬ contexts: 512 bytes each, by number ┐
  ///
  ///     context: allocations, allocated bytes, remote frees, unseen frees, freed objects by lifetime
  @usableFromInline
  struct CPUCapture {
    static let wordsPerContext = 64
    // Words of a context.
    static let allocations = 0
    static let allocatedBytes = 1
    static let remoteFrees = 2
    static let unseenFrees = 3
    static let firstLifetime = 4
    static let lifetimes = wordsPerContext - firstLifetime
    static let bytes = (EngineConfiguration.maximumCPUs + CaptureContexts.capacity * wordsPerContext) * 8

    /// Number of objects that this CPU freed, by the CPU that allocated them.
    let frees: UnsafeMutablePointer<Atomic<Int>>
    private let counters: UnsafeMutablePointer<Atomic<Int>>
    let contexts: CaptureContexts
    let clock: UnsafeMutablePointer<CaptureClock>
    @usableFromInline let memory: CapturedMemory
    @usableFromInline let cpu: UInt16

    /// Uses zero-filled memory of `bytes` bytes at `start`. Zero is the first value of a counter.
    init(
      at start: UnsafeMutableRawPointer, contexts: CaptureContexts, clock: UnsafeMutablePointer<CaptureClock>,
      memory: CapturedMemory, cpu: Int
    ) {
      frees = start.bindMemory(to: Atomic<Int>.self, capacity: CPUCapture.bytes / 8)
      counters = frees + EngineConfiguration.maximumCPUs
      (self.contexts, self.clock, self.memory) = (contexts, clock, memory)
      self.cpu = UInt16(cpu)
    }

    /// Returns the counters of a context.
    @inline(__always)
    func counters(ofContext number: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      counters + number &* CPUCapture.wordsPerContext
    }

    /// Counts an allocation from a cache and writes the record of the object.
    @inline(__always)
    func allocated(_ object: UnsafeMutableRawPointer, bytes: Int, cache: Int, isGeneral: Bool, site: CallSite) {
      let record = memory.record(of: object)
      let context = count(
        CaptureContext(site: site.number, cache: cache, isGeneral: isGeneral, requested: bytes), stride: record.stride)
      record.pointer.pointee = ObjectRecord(
        requested: bytes, isGeneral: isGeneral, context: context, cpu: cpu, birth: time())
    }

    /// Counts a request that the page allocator served, and writes its record.
    func allocatedPages(_ block: UnsafeMutablePointer<PageDescriptor>, bytes: Int, site: CallSite) {
      let context = count(
        CaptureContext(site: site.number, cache: CaptureContext.wholePages, isGeneral: true, requested: bytes),
        stride: MachineMemory.pageBytes << Int(block.pointee.order))
      block.pointee.largeRecord = LargeRecord(context: context, cpu: cpu, birth: time())
    }

    /// Counts an allocation.
    /// - Returns: The number of the context.
    @inline(__always)
    private func count(_ context: CaptureContext, stride: Int) -> UInt16 {
      let number = contexts.number(of: context, stride: stride)
      let counters = counters(ofContext: number)
      CPUCapture.add(1, to: counters + CPUCapture.allocations)
      CPUCapture.add(stride, to: counters + CPUCapture.allocatedBytes)
      return UInt16(truncatingIfNeeded: number)
    }

    /// Counts a free and ends the record of the object.
    /// - Returns: The requested bytes, 0 if the object is not live; and whether the object was requested by size from a
    ///   general cache.
    @inline(__always)
    func freed(
      _ record: UnsafeMutablePointer<ObjectRecord>, site: CallSite
    ) -> (requested: Int, isGeneral: Bool) {
      let requested = Int(record.pointee.requested)
      guard requested != 0 else { return (0, false) }
      let isGeneral = record.pointee.isGeneral
      countFree(record.pointee.context, allocatedOn: record.pointee.cpu, birth: record.pointee.birth)
      record.pointee.free(site: site.number, cpu: cpu)
      return (requested, isGeneral)
    }

    /// Counts the free of a request that the page allocator served.
    func freedPages(_ record: LargeRecord) {
      countFree(record.context, allocatedOn: record.cpu, birth: record.birth)
    }

    @inline(__always)
    private func countFree(_ context: UInt16, allocatedOn allocatingCPU: UInt16, birth: UInt64) {
      let now = time()
      let ticks = now > birth ? now &- birth : 0
      let bucket = min(64 &- ticks.leadingZeroBitCount, CPUCapture.lifetimes &- 1)
      let counters = counters(ofContext: Int(context))
      CPUCapture.add(1, to: counters + (CPUCapture.firstLifetime &+ bucket))
      CPUCapture.add(1, to: frees + Int(allocatingCPU))
      if allocatingCPU != cpu { CPUCapture.add(1, to: counters + CPUCapture.remoteFrees) }
    }

    /// Counts that an object ends without a recorded free, and ends its record.
    /// - Returns: The same values as `freed`.
    func countUnseenFree(_ record: UnsafeMutablePointer<ObjectRecord>) -> (requested: Int, isGeneral: Bool) {
      let requested = Int(record.pointee.requested)
      guard requested != 0 else { return (0, false) }
      let isGeneral = record.pointee.isGeneral
      countUnseenFree(ofContext: record.pointee.context)
      record.pointee.free(site: CallSite.unknown.number, cpu: cpu)
      return (requested, isGeneral)
    }

    /// Counts that an object of a context ends without a recorded free.
    func countUnseenFree(ofContext number: UInt16) {
      CPUCapture.add(1, to: counters(ofContext: Int(number)) + CPUCapture.unseenFrees)
    }

    /// Adds to a counter. The counter has one writer, so that no atomic read-modify-write instruction is needed.
    @inline(__always)
    private static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
      counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Returns the workload's time or, if the workload sets none, the processor's time-stamp counter. That counter is
    /// read on every eighth call only, because reading it takes longer than the rest of a capture. Lifetimes that are
    /// shorter than the time between these readings are therefore inexact.
    @inline(__always)
    private func time() -> UInt64 {
      if clock.pointee.isWorkloadTime { return clock.pointee.now }
      clock.pointee.uses &+= 1
      if clock.pointee.uses & 7 == 0 { clock.pointee.now = slab_clock_ticks() }
      return clock.pointee.now
    }
  }

  /// The clock by which a CPU captures.
  @usableFromInline
  struct CaptureClock {
    /// The workload's time if the workload sets one, otherwise the last reading of the processor's time-stamp counter.
    @usableFromInline var now: UInt64 = 0
    @usableFromInline var isWorkloadTime = false
    var uses: UInt32 = 7

    init() {}
  }

  /// The parts of the engine's memory that are needed to find the record of an object.
  @usableFromInline
  struct CapturedMemory {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let heads: UnsafeMutablePointer<UInt32>
    @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>

    /// Returns the record of an object, and the object's stride in bytes. The object must be allocated from a slab.
    @inline(__always)
    func record(of object: UnsafeMutableRawPointer) -> (pointer: UnsafeMutablePointer<ObjectRecord>, stride: Int) {
      let offset = object - base
      let frame = Int(heads[offset >> MachineMemory.pageShift])
      let slab = pages + frame
      let number = slab.pointee.index(atOffset: offset &- frame << MachineMemory.pageShift)
      // An engine that captures data keeps records in every slab, and the object's number is less than the slab's
      // object count.
      return (slab.pointee.records.unsafelyUnwrapped + number, Int(slab.pointee.stride))
    }
  }
#endif

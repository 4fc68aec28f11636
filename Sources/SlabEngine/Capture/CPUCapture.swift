#if Capture
  internal import CSlabSupport
  public import Synchronization

  /// Capture counters of one CPU (S1). Only the thread that drives the CPU writes them, with a relaxed load and store
  /// each; any thread may read them. They are in reserved address space, of which only the parts in use are backed by
  /// memory.
  ///
  ///     ┌ one counter per size in bytes ┬ larger sizes ┬ freed objects by allocating CPU ┬ sites: 512 bytes each ┐
  @usableFromInline
  struct CPUCapture {
    /// Requests for more bytes than this share one counter.
    @usableFromInline static let largestSize = 1 << 17
    @usableFromInline static let wordsPerSite = 64
    @usableFromInline static let lifetimes = 60
    /// Word of a site that counts the objects that were live at the end of the workload.
    private static let liveAtEnd = 3 + lifetimes
    private static let siteStart = largestSize + 2 + EngineConfiguration.maximumCPUs
    static let bytes = (siteStart + (CallSites.maximumCount + 1) * wordsPerSite) * 8

    @usableFromInline let words: UnsafeMutablePointer<Atomic<Int>>
    @usableFromInline let sites: UnsafeMutablePointer<Atomic<Int>>
    let clock: UnsafeMutablePointer<CaptureClock>
    @usableFromInline let memory: CapturedMemory
    @usableFromInline let cpu: UInt16

    /// Uses zero-filled memory of `bytes` bytes at `start`. Zero is the first value of a counter.
    init(at start: UnsafeMutableRawPointer, clock: UnsafeMutablePointer<CaptureClock>, memory: CapturedMemory, cpu: Int)
    {
      words = start.bindMemory(to: Atomic<Int>.self, capacity: CPUCapture.bytes / 8)
      sites = words + CPUCapture.siteStart
      self.clock = clock
      self.memory = memory
      self.cpu = UInt16(cpu)
    }

    /// Counts an allocation and writes the record of the object.
    @inline(__always)
    func allocated(_ object: UnsafeMutableRawPointer, bytes: Int, isGeneral: Bool, site: CallSite) {
      let record = memory.record(of: object)
      count(bytes: bytes, stride: record.stride, site: site)
      record.pointer.pointee = ObjectRecord(
        requested: bytes, isGeneral: isGeneral, site: site.number, cpu: cpu, birth: time())
    }

    /// Counts a request whose memory has no record.
    @inline(__always)
    func count(bytes: Int, stride: Int, site: CallSite) {
      let counters = sites + Int(site.number) &* CPUCapture.wordsPerSite
      CPUCapture.add(1, to: words + min(bytes, CPUCapture.largestSize &+ 1))
      CPUCapture.add(1, to: counters)
      CPUCapture.add(bytes, to: counters + 1)
      CPUCapture.add(stride, to: counters + 2)
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
      let lived = time() &- record.pointee.birth
      let bucket = min(63 &- (lived | 1).leadingZeroBitCount, CPUCapture.lifetimes &- 1)
      let counters = sites + Int(record.pointee.site) &* CPUCapture.wordsPerSite
      CPUCapture.add(1, to: counters + 3 + bucket)
      CPUCapture.add(1, to: words + (CPUCapture.largestSize &+ 2 &+ Int(record.pointee.cpu)))
      record.pointee.free(site: site.number, cpu: cpu)
      return (requested, isGeneral)
    }

    /// Counts an object that is live at the end of the workload, and ends its record without counting a free.
    /// - Returns: The same values as `freed`.
    func countLiveAtEnd(_ record: UnsafeMutablePointer<ObjectRecord>) -> (requested: Int, isGeneral: Bool) {
      let requested = Int(record.pointee.requested)
      guard requested != 0 else { return (0, false) }
      let isGeneral = record.pointee.isGeneral
      CPUCapture.add(1, to: sites + (Int(record.pointee.site) &* CPUCapture.wordsPerSite &+ CPUCapture.liveAtEnd))
      record.pointee.free(site: CallSite.unknown.number, cpu: cpu)
      return (requested, isGeneral)
    }

    /// Returns the number of objects of a site that were live at the end of the workload.
    func liveAtEnd(ofSite number: UInt16) -> Int {
      sites[Int(number) * CPUCapture.wordsPerSite + CPUCapture.liveAtEnd].load(ordering: .relaxed)
    }

    /// Adds to a counter. The counter has one writer, so that no atomic read-modify-write instruction is needed.
    @inline(__always)
    static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
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

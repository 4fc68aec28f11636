#if Capture
  internal import CSlabSupport
  public import Synchronization

  /// What one CPU captures (S1 of the mail): counters that only the CPU's driver writes, hence a relaxed load and store
  /// each, and that anyone may read. Reserved address space, touched where something was counted.
  ///
  ///     ┌ sizes: one counter per exact size ┬ beyond ┬ freed objects by allocating CPU ┬ sites: 512 bytes each ┐
  @usableFromInline
  struct CPUCapture {
    /// Requests of more bytes than this are counted together.
    @usableFromInline static let largestSize = 1 << 17
    @usableFromInline static let wordsPerSite = 64
    @usableFromInline static let lifetimes = 60
    /// The word of a site that counts its objects that were live at the end of the workload.
    private static let liveAtEnd = 3 + lifetimes
    private static let siteStart = largestSize + 2 + EngineConfiguration.maximumCPUs
    static let bytes = (siteStart + (CallSites.most + 1) * wordsPerSite) * 8

    @usableFromInline let words: UnsafeMutablePointer<Atomic<Int>>
    @usableFromInline let sites: UnsafeMutablePointer<Atomic<Int>>
    let clock: UnsafeMutablePointer<CaptureClock>
    @usableFromInline let memory: CapturedMemory
    @usableFromInline let cpu: UInt16

    /// `start` is zero-filled memory of `bytes`, and zero is a counter's first value.
    init(at start: UnsafeMutableRawPointer, clock: UnsafeMutablePointer<CaptureClock>, memory: CapturedMemory, cpu: Int)
    {
      words = start.bindMemory(to: Atomic<Int>.self, capacity: CPUCapture.bytes / 8)
      sites = words + CPUCapture.siteStart
      self.clock = clock
      self.memory = memory
      self.cpu = UInt16(cpu)
    }

    /// Counts an allocation and writes the object's record.
    @inline(__always)
    func allocated(_ object: UnsafeMutableRawPointer, bytes: Int, isGeneral: Bool, site: CallSite) {
      let record = memory.record(of: object)
      count(bytes: bytes, stride: record.stride, site: site)
      record.pointer.pointee = ObjectRecord(
        requested: bytes, isGeneral: isGeneral, site: site.number, cpu: cpu, birth: time())
    }

    /// Counts a request without an object that has a record.
    @inline(__always)
    func count(bytes: Int, stride: Int, site: CallSite) {
      let counters = sites + Int(site.number) &* CPUCapture.wordsPerSite
      CPUCapture.add(1, to: words + min(bytes, CPUCapture.largestSize &+ 1))
      CPUCapture.add(1, to: counters)
      CPUCapture.add(bytes, to: counters + 1)
      CPUCapture.add(stride, to: counters + 2)
    }

    /// Counts a free and ends the object's record.
    /// - Returns: the bytes that were asked for, 0 for an object that is not live; and whether by size alone.
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

    /// Counts an object that is live at the end of the workload, and ends its record: it is not captured as freed.
    /// - Returns: as `freed`.
    func endedLive(_ record: UnsafeMutablePointer<ObjectRecord>) -> (requested: Int, isGeneral: Bool) {
      let requested = Int(record.pointee.requested)
      guard requested != 0 else { return (0, false) }
      let isGeneral = record.pointee.isGeneral
      CPUCapture.add(1, to: sites + (Int(record.pointee.site) &* CPUCapture.wordsPerSite &+ CPUCapture.liveAtEnd))
      record.pointee.free(site: CallSite.unknown.number, cpu: cpu)
      return (requested, isGeneral)
    }

    /// Objects of a site that were live at the end of the workload.
    func liveAtEnd(ofSite number: UInt16) -> Int {
      sites[Int(number) * CPUCapture.wordsPerSite + CPUCapture.liveAtEnd].load(ordering: .relaxed)
    }

    /// One writer: no locked instruction is needed.
    @inline(__always)
    static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
      counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// The workload's time, or the processor's, which is read once in eight times: it takes longer than all else here.
    /// Lifetimes below that are therefore short, and no more exact.
    @inline(__always)
    private func time() -> UInt64 {
      if clock.pointee.isWorkloads { return clock.pointee.now }
      clock.pointee.uses &+= 1
      if clock.pointee.uses & 7 == 0 { clock.pointee.now = slab_clock_ticks() }
      return clock.pointee.now
    }
  }

  /// The time by which a CPU captures.
  @usableFromInline
  struct CaptureClock {
    /// The workload's time, if it sets one, or the processor's when it was last read.
    @usableFromInline var now: UInt64 = 0
    @usableFromInline var isWorkloads = false
    var uses: UInt32 = 7

    init() {}
  }

  /// What it takes to find an object's record.
  @usableFromInline
  struct CapturedMemory {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let heads: UnsafeMutablePointer<UInt32>
    @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>

    /// The record of an object that some slab's allocation handed out.
    @inline(__always)
    func record(of object: UnsafeMutableRawPointer) -> (pointer: UnsafeMutablePointer<ObjectRecord>, stride: Int) {
      let offset = object - base
      let frame = Int(heads[offset >> MachineMemory.pageShift])
      let slab = pages + frame
      let number = slab.pointee.index(atOffset: offset &- frame << MachineMemory.pageShift)
      // In engines that capture, every slab has records; the object's number is below its object count.
      return (slab.pointee.records.unsafelyUnwrapped + number, Int(slab.pointee.stride))
    }
  }
#endif

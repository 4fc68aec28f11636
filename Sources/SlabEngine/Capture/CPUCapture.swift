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
    @usableFromInline static let lifetimes = 61
    private static let siteStart = largestSize + 2 + EngineConfiguration.maximumCPUs
    static let bytes = (siteStart + (CallSites.most + 1) * wordsPerSite) * 8

    @usableFromInline let words: UnsafeMutablePointer<Atomic<Int>>
    @usableFromInline let sites: UnsafeMutablePointer<Atomic<Int>>
    /// The workload's own clock, where it has one: what `EngineCPU.captureTime` was set to.
    @usableFromInline let now: UnsafeMutablePointer<UInt64>
    @usableFromInline let memory: CapturedMemory
    @usableFromInline let cpu: UInt16

    /// `start` is zero-filled memory of `bytes`, and zero is a counter's first value.
    init(at start: UnsafeMutableRawPointer, now: UnsafeMutablePointer<UInt64>, memory: CapturedMemory, cpu: Int) {
      words = start.bindMemory(to: Atomic<Int>.self, capacity: CPUCapture.bytes / 8)
      sites = words + CPUCapture.siteStart
      self.now = now
      self.memory = memory
      self.cpu = UInt16(cpu)
    }

    /// Counts an allocation and writes the object's record.
    @inlinable @inline(__always)
    func allocated(_ object: UnsafeMutableRawPointer, bytes: Int, site: CallSite) {
      let record = memory.record(of: object)
      count(bytes: bytes, stride: record.stride, site: site)
      record.pointer.pointee = ObjectRecord(requested: bytes, site: site.number, cpu: cpu, birth: time())
    }

    /// Counts a request without an object that has a record.
    @inlinable @inline(__always)
    func count(bytes: Int, stride: Int, site: CallSite) {
      let counters = sites + Int(site.number) &* CPUCapture.wordsPerSite
      CPUCapture.add(1, to: words + min(bytes, CPUCapture.largestSize &+ 1))
      CPUCapture.add(1, to: counters)
      CPUCapture.add(bytes, to: counters + 1)
      CPUCapture.add(stride, to: counters + 2)
    }

    /// Counts a free and ends the object's record.
    /// - Returns: the bytes that were asked for; 0 for an object that is not live.
    @inlinable @inline(__always)
    func freed(_ object: UnsafeMutableRawPointer, site: CallSite) -> Int {
      let record = memory.record(of: object).pointer
      let requested = Int(record.pointee.requested)
      guard requested != 0 else { return 0 }
      let lived = time() &- record.pointee.birth
      let bucket = min(63 &- (lived | 1).leadingZeroBitCount, CPUCapture.lifetimes &- 1)
      let counters = sites + Int(record.pointee.site) &* CPUCapture.wordsPerSite
      CPUCapture.add(1, to: counters + 3 + bucket)
      CPUCapture.add(1, to: words + (CPUCapture.largestSize &+ 2 &+ Int(record.pointee.cpu)))
      record.pointee.free(site: site.number, cpu: cpu)
      return requested
    }

    /// One writer: no locked instruction is needed.
    @inlinable @inline(__always)
    static func add(_ amount: Int, to counter: UnsafeMutablePointer<Atomic<Int>>) {
      counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    @inlinable @inline(__always)
    func time() -> UInt64 { now.pointee == CPUCapture.ownClock ? CPUCapture.ticks() : now.pointee }

    /// In `now`: the processor's clock counts.
    @usableFromInline static let ownClock = UInt64.max

    @usableFromInline
    static func ticks() -> UInt64 { slab_clock_ticks() }
  }

  /// What it takes to find an object's record.
  @usableFromInline
  struct CapturedMemory {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let heads: UnsafeMutablePointer<UInt32>
    @usableFromInline let pages: UnsafeMutablePointer<PageDescriptor>

    /// The record of an object that some slab's allocation handed out.
    @inlinable @inline(__always)
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

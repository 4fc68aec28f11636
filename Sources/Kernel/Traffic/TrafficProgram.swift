#if BPF
  internal import CBPF
  import Glibc

  /// BPF program `slab_traffic`: its settings and its maps. It is detached when the object is destroyed.
  final class TrafficProgram {
    /// Sizes of the maps.
    struct Capacity {
      /// Number of contexts.
      var contexts: Int
      /// Number of objects that can be followed at the same time.
      var objects: Int
      /// Number of call stacks; 1 if they are not recorded.
      var stacks: Int

      init(contexts: Int, objects: Int, stacks: Int = 1) {
        (self.contexts, self.objects, self.stacks) = (contexts, objects, stacks)
      }

      /// Capacity for a machine: the counters of all CPUs take at most 64 MiB, the objects about a thousandth of the memory.
      init(memoryBytes: Int, cpus: Int, recordsStacks: Bool) {
        let counterBytes = TrafficCounts.bytes * max(1, cpus)
        contexts = min(max((64 << 20) / counterBytes, 1024), recordsStacks ? 16384 : 8192)
        objects = min(max(memoryBytes / 1000 / TrafficProgram.bytesOfObject, 1 << 14), 1 << 20)
        stacks = recordsStacks ? 16384 : 1
      }
    }

    /// Settings of the program (`settings` in its source).
    private struct Settings: BitwiseCopyable {
      var maximumContexts: UInt32
      var recordsStacks: UInt32
      var flags: AllocationFlagBits
    }

    /// Bytes of kernel memory of an object in the hash, with its key and its links.
    private static let bytesOfObject = 88
    /// Programs that end objects; attached first, so that no object is followed whose free is not seen.
    private static let frees = ["kfree", "kmem_cache_free"]
    private static let packets = ["consume_skb", "kfree_skb", "net_dev_queue", "netif_receive_skb"]
    private static let allocations = ["kmalloc", "kmem_cache_alloc"]
    /// Value of the sampling shift at which contexts are not counted and no object is followed.
    private static let followsNothing: UInt32 = 64

    private let object: BPFObject
    private let records, counters, all, freesByCPU, stacks, control, next: BPFMap
    private let objectMap: BPFMap
    let capacity: Capacity
    /// Cost of the programs, and runs that the kernel left out.
    let runTime: BPFRunTime
    /// Bytes of kernel memory that the maps take; nil if not known.
    let kernelBytes: Int?
    private var buffer: [UInt64] = []

    /// Loads and attaches the program, which counts from now on and follows no objects yet.
    /// - Parameter given: Sizes of the maps; nil for those that suit the machine.
    init(recordsStacks: Bool, capacity given: Capacity? = nil) throws(TrafficError) {
      guard BPFObject.kernelHasTypes else { throw .noTypes }
      let flags = try TrafficProgram.readTypes()
      let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
      capacity =
        given ?? Capacity(memoryBytes: memory, cpus: BPFMap.possibleCPUs, recordsStacks: recordsStacks)
      do {
        object = try TrafficProgram.load(capacity, flags, recordsStacks: recordsStacks)
      } catch {
        throw TrafficError(error)
      }
      records = BPFMap("records", of: object, valueBytes: TrafficRecord.bytes)
      counters = BPFMap("counters", of: object, valueBytes: TrafficCounts.bytes, isPerCPU: true)
      all = BPFMap("all", of: object, valueBytes: TrafficSums.bytes, isPerCPU: true)
      freesByCPU = BPFMap("frees_by_cpu", of: object, valueBytes: 8, isPerCPU: true)
      stacks = BPFMap("stacks", of: object, valueBytes: TrafficProgram.stackDepth * 8)
      control = BPFMap(".data.control", of: object, valueBytes: 4)
      next = BPFMap(".bss", of: object, valueBytes: 4)
      objectMap = BPFMap("objects", of: object, keyBytes: 8, valueBytes: FollowedObject.bytes)
      let names = TrafficProgram.frees + TrafficProgram.packets + TrafficProgram.allocations
      runTime = BPFRunTime(names.map(object.program))
      let sizes = [records, counters, all, freesByCPU, stacks, objectMap].map(\.kernelBytes)
      kernelBytes = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
      do {
        try attach()
      } catch {
        throw TrafficError(error)
      }
    }

    /// Sets the share of the objects that are followed: one in 2^`shift`. It may only grow from one call to the
    /// next, and objects that are no longer chosen must be removed.
    func setSampling(shift: Int) throws(TrafficError) {
      guard control.write(UInt32(clamping: shift), at: 0) else {
        throw TrafficError(BPFObject.Failure(step: "configure", code: errno))
      }
    }

    /// Number of contexts so far, of which some may be unused.
    var contextCount: Int {
      next.read(0, into: &buffer) ? min(Int(UInt32(truncatingIfNeeded: buffer[0])), capacity.contexts) : 0
    }

    /// Returns the record of a context; nil if it is not complete yet.
    func record(_ number: Int) -> TrafficRecord? {
      records.read(number, into: &buffer) ? buffer.withUnsafeBytes { TrafficRecord($0) } : nil
    }

    /// Reads the counters of the first `count` contexts on all CPUs.
    func readCounts(_ count: Int, into words: inout [UInt32]) throws(TrafficError) {
      let wordsOfContext = counters.valueBytes / 4
      if words.count < count * wordsOfContext {
        words += [UInt32](repeating: 0, count: count * wordsOfContext - words.count)
      }
      var done = 0
      do throws(BPFObject.Failure) {
        try counters.forEachBatch(most: count) { _, values, batch in
          words.withUnsafeMutableBytes { words in
            let offset = done * wordsOfContext * 4
            guard offset + batch * wordsOfContext * 4 <= words.count else { return }
            UnsafeMutableRawBufferPointer(rebasing: words[offset...]).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: values[..<(batch * wordsOfContext * 4)]))
          }
          done += batch
        }
      } catch {
        throw TrafficError(error)
      }
    }

    /// Returns the sums of all CPUs, and the allocations by CPU.
    func sums() -> (TrafficSums, allocationsByCPU: [Int]) {
      guard all.read(0, into: &buffer) else { return (TrafficSums(), []) }
      return TrafficSums.decode(buffer, cpus: BPFMap.possibleCPUs)
    }

    /// Returns the frees of followed objects that CPU `cpu` allocated, by the CPU that freed them.
    func frees(ofCPU cpu: Int) -> [Int] {
      guard freesByCPU.read(cpu, into: &buffer) else { return [] }
      return buffer.prefix(BPFMap.possibleCPUs).map { Int(clamping: $0) }
    }

    /// Returns the addresses of a call stack, the innermost first; empty if it is not known.
    func stack(_ number: Int) -> [UInt64] {
      guard stacks.read(number, into: &buffer) else { return [] }
      return Array(buffer.prefix(TrafficProgram.stackDepth).prefix { $0 != 0 })
    }

    /// Reads all objects that are followed.
    func forEachObject(_ body: (FollowedObject) -> Void) throws(TrafficError) {
      do throws(BPFObject.Failure) {
        try objectMap.forEachBatch { keys, values, count in
          for index in 0..<count {
            body(
              FollowedObject(
                address: keys.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self), values,
                at: index * FollowedObject.bytes))
          }
        }
      } catch {
        throw TrafficError(error)
      }
    }

    /// Ceases to follow an object; returns whether it was followed.
    func remove(_ address: UInt64) -> Bool { objectMap.remove(address) }

    // MARK: Loading

    private static let stackDepth = 48

    private static func load(
      _ capacity: Capacity, _ flags: AllocationFlagBits, recordsStacks: Bool
    ) throws(BPFObject.Failure) -> BPFObject {
      let object = try BPFObject(PackageResources.slab_traffic_bpf_o)
      for map in ["contexts", "records", "counters"] { try object.setEntries(of: map, to: capacity.contexts) }
      try object.setEntries(of: "objects", to: capacity.objects)
      try object.setEntries(of: "stacks", to: capacity.stacks)
      try object.setEntries(of: "frees_by_cpu", to: BPFMap.possibleCPUs)
      try object.setInitialValue(
        of: ".rodata",
        to: Settings(
          maximumContexts: UInt32(capacity.contexts), recordsStacks: recordsStacks ? 1 : 0, flags: flags))
      try object.setInitialValue(of: ".data.control", to: followsNothing)
      try object.load()
      return object
    }

    private func attach() throws(BPFObject.Failure) {
      for name in TrafficProgram.frees { try object.attach(name) }
      for name in TrafficProgram.packets {
        // A kernel without networking has no packets.
        do { try object.attach(name) } catch  where error.code == ENOENT {}
      }
      for name in TrafficProgram.allocations { try object.attach(name) }
    }

    /// Checks that the tracepoints have the arguments that the program reads (Linux 6.1 removed `kmalloc_node`), and returns the bits
    /// of the flags.
    private static func readTypes() throws(TrafficError) -> AllocationFlagBits {
      guard let types = btf__load_vmlinux_btf() else {
        throw errno == EACCES || errno == EPERM ? .notPermitted : .noTypes
      }
      defer { btf__free(types) }
      let kind = UInt32(BTF_KIND_TYPEDEF)
      guard btf__find_by_name_kind(types, "btf_trace_kmalloc_node", kind) <= 0,
        btf__find_by_name_kind(types, "btf_trace_kmem_cache_alloc", kind) > 0
      else { throw .tooOld }
      return AllocationFlagBits(types)
    }
  }

  extension TrafficError {
    /// The error of a step of loading or reading the program.
    init(_ failure: BPFObject.Failure) {
      self = failure.isPermission ? .notPermitted : .refused(step: failure.step, reason: failure.reason)
    }
  }
#endif

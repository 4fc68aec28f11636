#if BPF
  internal import CBPF
  import Glibc

  /// BPF program `slab_walk`, loaded into the kernel and attached as an iterator. It is unloaded when the object is destroyed.
  final class SlabWalkProgram {
    private let object: BPFObject
    private let possibleCPUs: BPFMap

    /// Settings of the program (`struct settings` in its source).
    private struct Settings: BitwiseCopyable {
      var nodes: UInt32
      var cpus: UInt32
      var pageBytes: UInt32
      var slabsPerRun: UInt32
    }

    /// Maximum number of slabs on node lists that a run of the program visits. A run takes up to about 0.4 ms, during which a
    /// CPU of a kernel without preemption does nothing else. With shorter runs, lists would change more often between two
    /// runs.
    private static let slabsPerRun: UInt32 = 2048
    /// Maximum number of CPU free lists whose lengths the program stores.
    private static let mostFreeLists = 1 << 15

    /// Loads the program.
    /// - Throws: `SlabWalkError`.
    init() throws(SlabWalkError) {
      try SlabWalkProgram.checkKernel()
      do {
        object = try BPFObject(PackageResources.slab_walk_bpf_o)
        try SlabWalkProgram.configure(object)
        try object.load()
        possibleCPUs = BPFMap("possible", of: object, valueBytes: 4)
        try object.attach("walk_cache")
        try markPossibleCPUs()
      } catch {
        throw SlabWalkError(error)
      }
    }

    /// Runs the program over all caches.
    /// - Parameter bytes: Replaced by the records.
    /// - Throws: `SlabWalkError`.
    func read(into bytes: inout [UInt8]) throws(SlabWalkError) {
      let iterator: Int32
      do { iterator = try object.iterator("walk_cache") } catch { throw SlabWalkError(error) }
      defer { close(iterator) }
      var count = 0
      while true {
        if bytes.count - count < 1 << 16 { bytes += [UInt8](repeating: 0, count: max(1 << 17, bytes.count)) }
        // The buffer has room from `count` on.
        let more = bytes.withUnsafeMutableBytes { buffer in
          Glibc.read(iterator, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        }
        // EAGAIN: the program has visited as many slabs as a run may, and continues with the next call.
        if more < 0, errno == EAGAIN || errno == EINTR { continue }
        guard more >= 0 else { throw SlabWalkError(BPFObject.Failure(step: "run", code: errno)) }
        if more == 0 { break }
        count += more
      }
      bytes.removeLast(bytes.count - count)
    }

    /// Tests whether the kernel has the required features, because it refuses the program with the same error number for all
    /// reasons.
    private static func checkKernel() throws(SlabWalkError) {
      guard BPFObject.kernelHasTypes else { throw .noTypes }
      guard let types = btf__load_vmlinux_btf() else {
        throw errno == EACCES || errno == EPERM ? .notPermitted : .noTypes
      }
      defer { btf__free(types) }
      guard btf__find_by_name_kind(types, "bpf_iter__kmem_cache", UInt32(BTF_KIND_STRUCT)) > 0 else {
        throw .noIterator
      }
    }

    /// Writes the numbers of the possible CPUs, which may have gaps, to a map of the program.
    private func markPossibleCPUs() throws(BPFObject.Failure) {
      for cpu in KernelFile.ranges("/sys/devices/system/cpu/possible").joined() {
        guard possibleCPUs.write(UInt32(1), at: cpu) else { throw BPFObject.Failure(step: "configure", code: errno) }
      }
    }

    /// Sets the sizes of the maps and the settings.
    private static func configure(_ object: BPFObject) throws(BPFObject.Failure) {
      let cpus = (KernelFile.ranges("/sys/devices/system/cpu/possible").last?.upperBound ?? 0) + 1
      let nodes = (KernelFile.ranges("/sys/devices/system/node/possible").last?.upperBound ?? 0) + 1
      let settings = Settings(
        nodes: UInt32(nodes), cpus: UInt32(cpus), pageBytes: UInt32(sysconf(Int32(_SC_PAGESIZE))),
        slabsPerRun: slabsPerRun)
      try object.setInitialValue(of: ".rodata", to: settings)
      for (name, entries) in [
        ("rows", nodes + 2), ("nodes", nodes), ("offsets", cpus), ("possible", cpus),
        ("counted_lists", min(cpus << 9, mostFreeLists)),
      ] {
        try object.setEntries(of: name, to: entries)
      }
    }
  }

  extension SlabWalkError {
    /// The error of a step of loading or running the program.
    fileprivate init(_ failure: BPFObject.Failure) {
      self = failure.isPermission ? .notPermitted : .refused(step: failure.step, reason: failure.reason)
    }
  }

  extension KernelFile {
    /// Returns the ranges in a file such as `0-3,8-11`; `0...0` if the file cannot be read.
    fileprivate static func ranges(_ path: String) -> [ClosedRange<Int>] {
      let ranges = text(path)?.split { $0 == "," || $0.isNewline }.compactMap { range -> ClosedRange<Int>? in
        let ends = range.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 16 else { return nil }
        return first...last
      }
      return ranges.flatMap { $0.isEmpty ? nil : $0 } ?? [0...0]
    }
  }
#endif

#if BPF
  internal import CBPF
  import Foundation

  /// BPF program `slab_walk`, loaded into the kernel and attached as an iterator. It is unloaded when the object is destroyed.
  final class SlabWalkProgram {
    private let object: OpaquePointer
    private let link: OpaquePointer

    /// Settings of the program (`struct settings` in its source).
    private struct Settings {
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

    /// Loads the program. The messages of libbpf are turned off.
    /// - Throws: `SlabWalkError`.
    init() throws(SlabWalkError) {
      libbpf_set_print(nil)
      try SlabWalkProgram.checkKernel()
      let compiled = PackageResources.slab_walk_bpf_o
      let opened = compiled.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, nil) }
      guard let opened else { throw .refused(step: "open", reason: BPFPermissions.reason(errno)) }
      var loaded: OpaquePointer?
      // If this initializer throws, `deinit` does not run, and the object is closed here.
      defer { if loaded == nil { bpf_object__close(opened) } }
      try SlabWalkProgram.configure(opened)
      let code = bpf_object__load(opened)
      guard code == 0 else { throw SlabWalkProgram.error(-code, step: "load") }
      let program = bpf_object__find_program_by_name(opened, "walk_cache")
      guard let program, let attached = bpf_program__attach_iter(program, nil) else {
        throw SlabWalkProgram.error(errno, step: "attach")
      }
      (object, link, loaded) = (opened, attached, opened)
      try markPossibleCPUs()
    }

    deinit {
      bpf_link__destroy(link)
      bpf_object__close(object)
    }

    /// Runs the program over all caches.
    /// - Parameter bytes: Replaced by the records.
    /// - Throws: `SlabWalkError`.
    func read(into bytes: inout [UInt8]) throws(SlabWalkError) {
      let iterator = bpf_iter_create(bpf_link__fd(link))
      guard iterator >= 0 else { throw SlabWalkProgram.error(errno, step: "run") }
      defer { close(iterator) }
      var count = 0
      while true {
        if bytes.count - count < 1 << 16 { bytes += [UInt8](repeating: 0, count: max(1 << 17, bytes.count)) }
        // The buffer has room from `count` on.
        let more = bytes.withUnsafeMutableBytes { buffer in
          Foundation.read(iterator, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        }
        // EAGAIN: the program has visited as many slabs as a run may, and continues with the next call.
        if more < 0, errno == EAGAIN || errno == EINTR { continue }
        guard more >= 0 else { throw SlabWalkProgram.error(errno, step: "run") }
        if more == 0 { break }
        count += more
      }
      bytes.removeLast(bytes.count - count)
    }

    /// Tests whether the kernel has the required features, because it refuses the program with the same error number for all
    /// reasons.
    private static func checkKernel() throws(SlabWalkError) {
      guard KernelFile.exists("/sys/kernel/btf/vmlinux") else { throw .noTypes }
      guard let types = btf__load_vmlinux_btf() else {
        throw errno == EACCES || errno == EPERM ? .notPermitted : .noTypes
      }
      defer { btf__free(types) }
      guard btf__find_by_name_kind(types, "bpf_iter__kmem_cache", UInt32(BTF_KIND_STRUCT)) > 0 else {
        throw .noIterator
      }
    }

    /// Writes the numbers of the possible CPUs, which may have gaps, to a map of the program.
    private func markPossibleCPUs() throws(SlabWalkError) {
      let map = bpf_map__fd(bpf_object__find_map_by_name(object, "possible"))
      for cpu in KernelFile.ranges("/sys/devices/system/cpu/possible").joined() {
        var (key, value) = (UInt32(cpu), UInt32(1))
        guard bpf_map_update_elem(map, &key, &value, UInt64(BPF_ANY)) == 0 else {
          throw SlabWalkProgram.error(errno, step: "configure")
        }
      }
    }

    /// Sets the sizes of the maps and the settings.
    private static func configure(_ object: OpaquePointer) throws(SlabWalkError) {
      let cpus = (KernelFile.ranges("/sys/devices/system/cpu/possible").last?.upperBound ?? 0) + 1
      let nodes = (KernelFile.ranges("/sys/devices/system/node/possible").last?.upperBound ?? 0) + 1
      var settings = Settings(
        nodes: UInt32(nodes), cpus: UInt32(cpus), pageBytes: UInt32(sysconf(Int32(_SC_PAGESIZE))),
        slabsPerRun: slabsPerRun)
      var codes = [
        bpf_map__set_initial_value(
          bpf_object__find_map_by_name(object, ".rodata"), &settings, MemoryLayout<Settings>.size)
      ]
      for (name, entries) in [
        ("rows", nodes + 2), ("nodes", nodes), ("offsets", cpus), ("possible", cpus),
        ("counted_lists", min(cpus << 9, mostFreeLists)),
      ] {
        codes.append(bpf_map__set_max_entries(bpf_object__find_map_by_name(object, name), UInt32(entries)))
      }
      if let code = codes.first(where: { $0 != 0 }) {
        throw .refused(step: "configure", reason: BPFPermissions.reason(-code))
      }
    }

    /// Returns the error of an error number.
    private static func error(_ code: Int32, step: String) -> SlabWalkError {
      BPFPermissions.areMissing(code) ? .notPermitted : .refused(step: step, reason: BPFPermissions.reason(code))
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
